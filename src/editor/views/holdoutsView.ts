import * as vscode from 'vscode';
import type { SealedScenario } from '../../holdouts/types';
import { views } from '../../shared/contributions';
import type { Holdouts } from '../holdouts';
import { hiddenLine, withheldVerdicts } from '../../shared/shownVerdicts';
import { visibleLine } from '../../shared/visible';
import type { Runs } from '../runs';
import { latestVerdict } from '../verdicts';
import { progressIcon } from './icons';

/** A scenario, and the folder whose vault it is in. */
interface HoldoutElement {
  folder: vscode.WorkspaceFolder;
  scenario: SealedScenario;
}

/** What the tree says of a scenario's newest verdict. */
type Known = 'not asked yet' | 'judged' | 'passed' | 'failed';

const progressOf = {
  'not asked yet': 'waiting',
  passed: 'done',
  failed: 'failed',
} as const;

/** The scenarios of the vaults as opaque ids, with as much of their newest verdicts as is shown. */
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
        scenarioItem(scenario, knownOf(runs, folder.uri.fsPath, scenario.id)),
    },
  });
  const tell = () => {
    // Where verdicts are not shown, what is: how the halves went.
    const newest = runs.all().find(({ state }) => state.verdicts.length > 0)?.state;
    view.message = newest && withheldVerdicts(newest).length > 0 ? `Last run: ${hiddenLine(newest)}.` : '';
  };
  return vscode.Disposable.from(
    view,
    holdouts.onDidChange(fire),
    runs.onDidChange(fire),
    runs.onDidChange(tell),
    changed,
  );
}

function knownOf(runs: Runs, folder: string, scenario: string): Known {
  const verdict = latestVerdict(runs, folder, scenario)?.verdict;
  if (!verdict) return 'not asked yet';
  if (!verdict.shown) return 'judged';
  return verdict.passed ? 'passed' : 'failed';
}

function scenarioItem({ id, covers, half }: SealedScenario, verdict: Known): vscode.TreeItem {
  const item = new vscode.TreeItem(id);
  const paid = verdict === 'judged' ? ' Its verdict is not shown: what a person sees of it is paid for.' : '';
  item.id = id;
  item.contextValue = verdict === 'judged' ? 'holdout.judged' : 'holdout';
  item.description = visibleLine(`${covers.join(' ')} · ${half} · ${verdict}`);
  item.tooltip = visibleLine(`Covers ${covers.join(', ')}. Its text stays in the vault.${paid}`);
  item.iconPath =
    verdict === 'judged' ? new vscode.ThemeIcon('eye-closed') : progressIcon(progressOf[verdict]);
  item.accessibilityInformation = { label: `Hidden scenario ${id}, ${verdict}, covers ${covers.join(', ')}` };
  return item;
}
