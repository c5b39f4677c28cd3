import * as vscode from 'vscode';
import { commands, contextKeys } from '../shared/contributions';
import { progressLine, specName } from './runSummary';
import type { Runs } from './runs';

/** One status-bar item while a run goes on, and the context key that says so. */
export function createStatusBar(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('run', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Dark Factory Run';
  const update = () => {
    const running = runs.all().find(({ status }) => status === 'running');
    void vscode.commands.executeCommand('setContext', contextKeys.running, running !== undefined);
    if (!running) return item.hide();
    item.text = `$(loading~spin) ${progressLine(running.state)}`;
    item.tooltip = `Dark Factory works on ${specName(running.state)}. Click for the timeline.`;
    item.accessibilityInformation = { label: `Dark Factory: ${progressLine(running.state)}`, role: 'button' };
    item.command = {
      command: commands.showTimeline,
      title: 'Show Timeline',
      arguments: [{ dir: running.dir }],
    };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, runs.onDidChange(update));
}
