import * as vscode from 'vscode';
import { commands, views } from '../../shared/contributions';
import type { Bar } from '../../shared/runState';
import { twinLane } from '../../shared/lanes';
import { visibleLine } from '../../shared/visible';
import type { Runs } from '../runs';
import { progressIcon } from './icons';

/** A twin of the newest run, or one call it answered. */
interface TwinElement {
  dir: string;
  twin: string;
  call: Bar | null;
}

/** The twins of the newest run and the calls they answered, newest first. */
export function createTwinsView(runs: Runs): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView(views.twins, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (element?: TwinElement) => childrenOf(runs, element),
      getTreeItem: (element: TwinElement) =>
        element.call ? callItem(element, element.call) : twinItem(runs, element),
    },
  });
  return vscode.Disposable.from(
    view,
    runs.onDidChange(() => changed.fire()),
    changed,
  );
}

function childrenOf(runs: Runs, element?: TwinElement): TwinElement[] {
  if (element?.call) return [];
  const run = runs.all()[0];
  if (!run) return [];
  const { dir, state } = run;
  if (!element) return state.twins.map((twin) => ({ dir, twin, call: null }));
  return callsOf(runs, element).map((call) => ({ ...element, call }));
}

function callsOf(runs: Runs, { dir, twin }: TwinElement): Bar[] {
  const bars = runs.get(dir)?.state.bars ?? [];
  return bars.filter((bar) => bar.kind === 'twin' && bar.lane === twinLane(twin)).reverse();
}

function twinItem(runs: Runs, element: TwinElement): vscode.TreeItem {
  const item = new vscode.TreeItem(element.twin, vscode.TreeItemCollapsibleState.Expanded);
  const calls = callsOf(runs, element).length;
  item.id = `${element.dir}#${element.twin}`;
  item.description = calls === 1 ? '1 call' : `${String(calls)} calls`;
  item.iconPath = new vscode.ThemeIcon('plug');
  return item;
}

function callItem({ dir, twin }: TwinElement, call: Bar): vscode.TreeItem {
  const item = new vscode.TreeItem(visibleLine(call.label));
  item.id = `${dir}#${twin}#${String(call.seq)}`;
  item.description = new Date(call.start).toLocaleTimeString();
  item.iconPath = progressIcon(call.ok ? 'done' : 'failed');
  item.command = {
    command: commands.showTimeline,
    title: 'Show on Timeline',
    arguments: [{ dir, span: call.span }],
  };
  return item;
}
