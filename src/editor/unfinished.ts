import * as vscode from 'vscode';
import type { Actions } from './commands/actions';
import { showError } from './errors';
import { notice } from './notice';
import { specName, standing } from './runSummary';
import type { Runs } from './runs';

/** After a reload or a crash, offers the newest run that was cut short or waits for a person. */
export function offerUnfinished(runs: Runs, actions: Actions, log: vscode.LogOutputChannel): void {
  const offer = async () => {
    await runs.ready;
    const run = runs.all().find(({ status }) => status === 'interrupted' || status === 'waiting');
    if (!run) return;
    const chosen = await vscode.window.showInformationMessage(
      notice(`The run of ${specName(run.state)} is unfinished: ${standing(run.state, run.status)}.`),
      { title: 'Resume', act: actions.resume },
      { title: 'Show', act: actions.showTimeline },
      { title: 'Discard', act: actions.discard },
    );
    await chosen?.act({ dir: run.dir });
  };
  offer().catch((error: unknown) => showError(log, error));
}
