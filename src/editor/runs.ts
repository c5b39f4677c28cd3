import { watch } from 'chokidar';
import { mkdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../shared/errors';
import { applyEvent, reduce } from '../shared/reduce';
import type { RunState } from '../shared/runState';
import { followJournal, readJournal, type Follower } from '../trace/tail';
import { lockHolder } from '../workspace/lock';
import { statusOf, type RunStatus } from './runSummary';

/** One run of an open folder, whoever started it. */
export interface RunEntry {
  readonly dir: string;
  readonly state: RunState;
  readonly status: RunStatus;
}

/** The runs of the open folders, kept by following their journals: the one truth of every view. */
export interface Runs extends vscode.Disposable {
  /** Newest first. */
  all(): RunEntry[];
  get(dir: string): RunEntry | undefined;
  /** The newest run of a spec, by its absolute path. */
  latestOf(spec: string): RunEntry | undefined;
  /** Fires with the folders of the runs that changed, at most ten times a second. */
  readonly onDidChange: vscode.Event<ReadonlySet<string>>;
  /** Resolves when the runs that existed at the start are known. */
  readonly ready: Promise<void>;
}

interface Followed {
  readonly dir: string;
  state: RunState;
  /** Undefined once the run has ended: then nothing more comes, unless somebody resumes it. */
  follower: Follower | undefined;
  /** Whether a living process writes the run. */
  held: boolean;
}

const journalName = 'journal.jsonl';
const changeMs = 100;
/** How often a run that goes on is asked whether its process still lives: a killed one writes nothing. */
const heldCheckMs = 2000;
/** Below a store's `workspaces`: `<id>/runs/<run>/journal.jsonl`. */
const journalDepth = 3;

/**
 * Follows every run below `stores` whose workspace is one of `folders()`. Runs that a terminal started
 * count the same as those of this window.
 */
export function followRuns(stores: string[], folders: () => string[], log: vscode.LogOutputChannel): Runs {
  const followed = new Map<string, Followed>();
  const changed = new vscode.EventEmitter<ReadonlySet<string>>();
  const warn = (dir: string, error: unknown) => log.error(`${dir}: ${messageOf(error)}`);
  let dirty = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function touch(dir: string): void {
    dirty.add(dir);
    timer ??= setTimeout(() => {
      const dirs = dirty;
      dirty = new Set();
      timer = undefined;
      changed.fire(dirs);
    }, changeMs);
  }

  async function check(run: Followed): Promise<void> {
    const held = (await lockHolder(run.dir)) !== undefined;
    if (held !== run.held) touch(run.dir);
    run.held = held;
    if (held || !run.state.outcome) return;
    const { follower } = run;
    run.follower = undefined;
    await follower?.close();
  }

  /** Takes in a journal that is new, or that goes on after its run had ended. */
  async function load(dir: string): Promise<void> {
    const file = path.join(dir, journalName);
    const run: Followed = { dir, state: reduce(await readJournal(file)), follower: undefined, held: false };
    followed.set(dir, run);
    // It begins with the events that are known already; the reducer passes over them.
    run.follower = followJournal(
      file,
      (events) => {
        for (const event of events) applyEvent(run.state, event);
        touch(dir);
        if (run.state.outcome) check(run).catch((error: unknown) => warn(dir, error));
      },
      (error) => warn(dir, error),
    );
    await check(run);
    touch(dir);
  }

  const loading = new Map<string, Promise<void>>();
  function seen(file: string): void {
    const dir = path.dirname(file);
    if (followed.get(dir)?.follower || loading.has(dir)) return;
    const loaded = load(dir)
      .catch((error: unknown) => warn(dir, error))
      .finally(() => loading.delete(dir));
    loading.set(dir, loaded);
  }

  const roots = stores.map((store) => path.join(store, 'workspaces'));
  // A folder that does not exist would make the watcher follow whatever is above it.
  for (const root of roots) mkdirSync(root, { recursive: true, mode: 0o700 });
  const watcher = watch(roots, { depth: journalDepth, ignored: beside });
  watcher.on('add', seen).on('change', seen);
  watcher.on('unlink', (file) => {
    followed.delete(path.dirname(file));
    touch(path.dirname(file));
  });
  watcher.on('error', (error) => log.error(`runs are not followed: ${messageOf(error)}`));
  const ready = new Promise<void>((resolve) => {
    watcher.on('ready', () => void Promise.all([...loading.values()]).then(() => resolve()));
  });
  const heldTimer = setInterval(() => {
    for (const run of followed.values()) {
      if (run.follower) check(run).catch((error: unknown) => warn(run.dir, error));
    }
  }, heldCheckMs);

  const entryOf = ({ dir, state, held }: Followed): RunEntry => ({
    dir,
    state,
    status: statusOf(state, held),
  });
  const all = () => {
    const open = new Set(folders());
    return [...followed.values()]
      .filter(({ state }) => state.header !== null && open.has(state.header.workspace))
      .sort((a, b) => (b.state.header?.createdAt ?? 0) - (a.state.header?.createdAt ?? 0))
      .map(entryOf);
  };
  return {
    all,
    get: (dir) => all().find((run) => run.dir === dir),
    latestOf: (spec) => all().find(({ state }) => state.header && specPath(state) === spec),
    onDidChange: changed.event,
    ready,
    dispose() {
      clearTimeout(timer);
      clearInterval(heldTimer);
      changed.dispose();
      const followers = [...followed.values()].flatMap(({ follower }) => follower ?? []);
      Promise.all([watcher, ...followers].map((one) => one.close())).catch((error: unknown) =>
        log.error(messageOf(error)),
      );
    },
  };
}

/** Everything of a store but journals and the folders on the way to them. */
function beside(file: string, stats?: Stats): boolean {
  if (stats?.isFile()) return path.basename(file) !== journalName;
  return path.basename(file) === 'vault';
}

/** Absolute path of the spec that was run. */
function specPath(state: RunState): string {
  return path.resolve(state.header?.workspace ?? '', state.header?.spec.path ?? '');
}
