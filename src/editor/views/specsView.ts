import path from 'node:path';
import * as vscode from 'vscode';
import { views } from '../../shared/contributions';
import type { RequirementState } from '../../shared/runState';
import { visibleLine } from '../../shared/visible';
import { standing } from '../runSummary';
import type { Runs } from '../runs';
import { progressIcon } from './icons';

/** A spec file, or one of its requirements as its newest run left it. */
export interface SpecElement {
  uri: vscode.Uri;
  requirement: RequirementState | null;
}

const specGlob = '**/*.spec.md';
const excluded = '**/{node_modules,.git,dist,out}/**';

/** All spec files of the open folders. */
export async function findSpecs(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(specGlob, excluded);
  return found.sort((a, b) => a.path.localeCompare(b.path));
}

/** The specs of the open folders, each with the requirements of its newest run. */
export function createSpecsView(runs: Runs): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = () => changed.fire();
  const watcher = vscode.workspace.createFileSystemWatcher(specGlob, false, true, false);
  const view = vscode.window.createTreeView(views.specs, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (element?: SpecElement) =>
        element
          ? requirementsOf(runs, element)
          : (await findSpecs()).map((uri) => ({ uri, requirement: null })),
      getTreeItem: (element: SpecElement) =>
        element.requirement ? requirementItem(element.uri, element.requirement) : specItem(runs, element.uri),
    },
  });
  return vscode.Disposable.from(
    view,
    watcher,
    watcher.onDidCreate(fire),
    watcher.onDidDelete(fire),
    runs.onDidChange(fire),
    vscode.workspace.onDidChangeWorkspaceFolders(fire),
    changed,
  );
}

function requirementsOf(runs: Runs, { uri, requirement }: SpecElement): SpecElement[] {
  if (requirement) return [];
  const requirements = runs.latestOf(uri.fsPath)?.state.requirements ?? [];
  return requirements.map((one) => ({ uri, requirement: one }));
}

function specItem(runs: Runs, uri: vscode.Uri): vscode.TreeItem {
  const last = runs.latestOf(uri.fsPath);
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(uri, last ? Collapsed : None);
  item.id = uri.toString();
  const folder = path.dirname(vscode.workspace.asRelativePath(uri));
  item.description = [folder === '.' ? '' : folder, last ? standing(last.state, last.status) : '']
    .filter(Boolean)
    .join(' · ');
  item.iconPath = new vscode.ThemeIcon('file-code');
  item.contextValue = 'spec';
  item.command = { command: 'vscode.open', title: 'Open Spec', arguments: [uri] };
  return item;
}

function requirementItem(uri: vscode.Uri, requirement: RequirementState): vscode.TreeItem {
  const { id, title, done, test, hidden } = requirement;
  const item = new vscode.TreeItem(visibleLine(`${id} ${title}`));
  item.id = `${uri.toString()}#${id}`;
  item.description = `done ${done} · test ${test} · hidden ${hidden}`;
  item.tooltip = visibleLine(title);
  const failed = [done, test, hidden].includes('fail');
  item.iconPath = progressIcon(failed ? 'failed' : done === 'pass' ? 'done' : 'waiting');
  item.accessibilityInformation = { label: `Requirement ${id}, ${item.description}` };
  return item;
}
