import * as vscode from 'vscode';
import type { SealedScenario } from '../../holdouts/types';
import { views } from '../../shared/contributions';
import type { Holdouts } from '../holdouts';
import type { RunEntry, Runs } from '../runs';
import { progressIcon } from './icons';

/** A scenario, and the folder whose vault it is in. */
interface HoldoutElement {
  folder: vscode.WorkspaceFolder;
  scenario: SealedScenario;
}

/** The scenarios of the vaults as opaque ids, with their newest verdicts. */
export function createHoldoutsView(holdouts: Holdouts, runs: Runs): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = () => changed.fire();
  const view = vscode.window.createTreeView(views.holdouts, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (element?: HoldoutElement): HoldoutElement[] =>
        element
          ? []
          : (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
              holdouts.of(folder.uri).map((scenario) => ({ folder, scenario })),
            ),
      getTreeItem: ({ folder, scenario }: HoldoutElement) =>
        scenarioItem(scenario, latestVerdict(runs, folder.uri.fsPath, scenario.id)),
    },
  });
  return vscode.Disposable.from(view, holdouts.onDidChange(fire), runs.onDidChange(fire), changed);
}

/** The verdict of the newest run that asked the scenario; undefined when none did. */
function latestVerdict(runs: Runs, folder: string, scenario: string): boolean | undefined {
  const ofFolder = ({ state }: RunEntry) => state.header?.workspace === folder;
  for (const { state } of runs.all().filter(ofFolder)) {
    const verdict = state.verdicts.find((one) => one.scenario === scenario);
    if (verdict) return verdict.passed;
  }
  return undefined;
}

function scenarioItem({ id, covers, half }: SealedScenario, passed: boolean | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(id);
  const verdict = passed === undefined ? 'not asked yet' : passed ? 'passed' : 'failed';
  item.id = id;
  item.contextValue = 'holdout';
  item.description = `${covers.join(' ')} · ${half} · ${verdict}`;
  item.tooltip = `Covers ${covers.join(', ')}. Its text stays in the vault.`;
  item.iconPath = progressIcon(passed === undefined ? 'waiting' : passed ? 'done' : 'failed');
  item.accessibilityInformation = { label: `Hidden scenario ${id}, ${verdict}, covers ${covers.join(', ')}` };
  return item;
}
