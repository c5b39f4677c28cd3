import * as vscode from 'vscode';
import { commands, views } from '../../shared/contributions';
import { twinLane } from '../../shared/lanes';
import type { Bar } from '../../shared/runState';
import { visibleLine } from '../../shared/visible';
import type { TwinCall } from '../../twins/types';
import type { Runs } from '../runs';
import type { HandTwin, TwinPlace, Twins } from '../twins';
import { progressIcon } from './icons';

/** What the view shows: twins that a person started and those of the newest run; below each its state and calls. */
type TwinElement =
  | { kind: 'started'; twin: HandTwin; place: TwinPlace }
  | { kind: 'ofRun'; dir: string; name: string }
  | { kind: 'state'; label: string; place: TwinPlace }
  | {
      kind: 'call';
      id: string;
      label: string;
      at: number;
      ok: boolean;
      show?: { dir: string; span: string };
    };

/** Calls shown below a twin, the newest. */
const shownCalls = 200;
/** How often the view is drawn anew at most, in milliseconds: twins may be called thousands of times a second. */
const redrawMs = 200;

export function createTwinsView(runs: Runs, twins: Twins): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  const redraw = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire();
    }, redrawMs);
  };
  const view = vscode.window.createTreeView(views.twins, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (element?: TwinElement) => childrenOf(runs, twins, element),
      getTreeItem: (element: TwinElement) => itemOf(runs, element),
    },
  });
  return vscode.Disposable.from(view, runs.onDidChange(redraw), twins.onDidChange(redraw), changed, {
    dispose: () => clearTimeout(timer),
  });
}

function childrenOf(runs: Runs, twins: Twins, element?: TwinElement): TwinElement[] {
  if (!element) {
    const started = twins.started().map((twin): TwinElement => ({
      kind: 'started',
      twin,
      place: { id: twin.id },
    }));
    const run = runs.all()[0];
    const ofRun = run?.state.twins.map((name): TwinElement => ({ kind: 'ofRun', dir: run.dir, name }));
    return [...started, ...(ofRun ?? [])];
  }
  if (element.kind === 'started') {
    const { twin, place } = element;
    const calls = twin.calls.map((call, index) => handCall(twin, call, index));
    return [{ kind: 'state', label: 'State', place }, ...newest(calls)];
  }
  if (element.kind === 'ofRun') {
    const { dir, name } = element;
    const states = twins.ownersIn(dir, name).map((owner): TwinElement => ({
      kind: 'state',
      label: `State for ${owner}`,
      place: { dir, owner, name },
    }));
    return [...states, ...newest(callsOf(runs, dir, name).map((bar) => runCall(dir, bar)))];
  }
  return [];
}

const newest = (calls: TwinElement[]): TwinElement[] => calls.slice(-shownCalls).reverse();

function callsOf(runs: Runs, dir: string, name: string): Bar[] {
  const bars = runs.get(dir)?.state.bars ?? [];
  return bars.filter((bar) => bar.kind === 'twin' && bar.lane === twinLane(name));
}

function handCall(twin: HandTwin, { method, answered, at }: TwinCall, index: number): TwinElement {
  const label = `${method} → ${answered}`;
  return { kind: 'call', id: `${twin.id}#${index}`, label, at, ok: answered === 'ok' };
}

function runCall(dir: string, { label, seq, start, ok, span }: Bar): TwinElement {
  const show = { dir, span };
  return { kind: 'call', id: `${dir}#${seq}`, label, at: start, ok: ok === true, show };
}

function itemOf(runs: Runs, element: TwinElement): vscode.TreeItem {
  switch (element.kind) {
    case 'started':
      return startedItem(element.twin);
    case 'ofRun':
      return twinItem(element.name, callsOf(runs, element.dir, element.name).length, element.dir);
    case 'state':
      return stateItem(element);
    case 'call':
      return callItem(element);
  }
}

const countOf = (calls: number): string => (calls === 1 ? '1 call' : `${calls} calls`);

function twinItem(name: string, calls: number, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `${id}#${name}`;
  item.description = countOf(calls);
  item.iconPath = new vscode.ThemeIcon('plug');
  return item;
}

function startedItem({ id, handle, calls, variables }: HandTwin): vscode.TreeItem {
  const item = twinItem(handle.name, calls.length, id);
  const host = URL.parse(handle.values['url'] ?? '')?.host ?? '';
  item.description = `${host} · ${countOf(calls.length)}`;
  item.tooltip = `Started by hand.\n${variables.join('\n')}`;
  item.iconPath = new vscode.ThemeIcon('broadcast');
  item.contextValue = 'twin.started';
  return item;
}

function stateItem(element: TwinElement & { kind: 'state' }): vscode.TreeItem {
  const item = new vscode.TreeItem(element.label);
  item.iconPath = new vscode.ThemeIcon('json');
  item.command = { command: commands.showTwinState, title: 'Show State', arguments: [element] };
  return item;
}

function callItem({ id, label, at, ok, show }: TwinElement & { kind: 'call' }): vscode.TreeItem {
  const item = new vscode.TreeItem(visibleLine(label));
  item.id = id;
  item.description = new Date(at).toLocaleTimeString();
  item.iconPath = progressIcon(ok ? 'done' : 'failed');
  if (show) {
    item.command = { command: commands.showTimeline, title: 'Show on Timeline', arguments: [show] };
  }
  return item;
}
