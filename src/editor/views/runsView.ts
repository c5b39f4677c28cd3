import * as vscode from 'vscode';
import { commands, views } from '../../shared/contributions';
import type { Progress } from '../../shared/runState';
import { visibleLine } from '../../shared/visible';
import { childNodes, stageNodes, type RunNode } from '../runTree';
import { isResumable, specName, standing } from '../runSummary';
import type { RunEntry, Runs } from '../runs';
import { withholds } from '../verdicts';
import { progressIcon } from './icons';

/** A run, or something below it. */
export interface RunElement {
  dir: string;
  node: RunNode | null;
}

/** The live tree of runs: stage → task → turn → tool. */
export function createRunsView(runs: Runs): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView(views.runs, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (element?: RunElement) => childrenOf(runs, element),
      getTreeItem: ({ dir, node }: RunElement) => {
        const entry = runs.get(dir);
        return node || !entry ? nodeItem(dir, node) : runItem(entry);
      },
    },
  });
  const subscription = runs.onDidChange(() => changed.fire());
  return vscode.Disposable.from(view, subscription, changed);
}

function childrenOf(runs: Runs, element?: RunElement): RunElement[] {
  if (!element) return runs.all().map(({ dir }) => ({ dir, node: null }));
  const { dir, node } = element;
  const state = runs.get(dir)?.state;
  if (!state) return [];
  const nodes = node ? childNodes(state, node) : stageNodes(state);
  return nodes.map((child) => ({ dir, node: child }));
}

function runItem({ dir, state, status }: RunEntry): vscode.TreeItem {
  const unfolded = status === 'running';
  const item = new vscode.TreeItem(
    visibleLine(`${specName(state)} · ${state.header?.id ?? ''}`),
    unfolded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = dir;
  item.description = standing(state, status);
  item.tooltip = visibleLine(state.outcome?.reason ?? state.gate?.reason ?? item.description);
  item.iconPath = progressIcon(progressOf({ state, status, dir }));
  item.contextValue = `run.${contextOf({ dir, state, status })}${state.proposals.length > 0 ? '.rules' : ''}${withholds({ dir, state, status }) ? '.withheld' : ''}`;
  item.accessibilityInformation = { label: `Run ${item.label as string}, ${item.description}` };
  return item;
}

/** What the menus of the manifest ask for. */
function contextOf(run: RunEntry): 'running' | 'resumable' | 'delivered' | 'ended' {
  if (run.status === 'running') return 'running';
  if (run.state.branch) return 'delivered';
  return isResumable(run) ? 'resumable' : 'ended';
}

function progressOf({ state, status }: RunEntry): Progress {
  if (status === 'running') return 'running';
  if (status !== 'ended') return 'waiting';
  if (state.outcome?.outcome === 'cancelled') return 'stopped';
  return state.outcome?.outcome === 'accepted' ? 'done' : 'failed';
}

function nodeItem(dir: string, node: RunNode | null): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(node?.label ?? '', node?.hasChildren ? Collapsed : None);
  if (!node) return item;
  item.id = `${dir}#${node.id}`;
  item.description = node.description;
  item.iconPath = progressIcon(node.progress);
  item.accessibilityInformation = { label: `${node.label}, ${node.progress}, ${node.description}` };
  if (node.span !== null) {
    item.command = {
      command: commands.showTimeline,
      title: 'Show on Timeline',
      arguments: [{ dir, span: node.span }],
    };
  }
  return item;
}
