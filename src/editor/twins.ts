import * as vscode from 'vscode';
import type { RunHandle } from '../factory/types';
import type { TwinCall, TwinHandle } from '../twins/types';
import type { Core } from './core';

/** A twin that a person started; it lives until it is stopped or the window closes. */
export interface HandTwin {
  readonly id: string;
  readonly handle: TwinHandle;
  /** Lines `NAME=VALUE` that clients need. */
  readonly variables: readonly string[];
  /** Oldest first. */
  readonly calls: readonly TwinCall[];
}

/** What can be asked of twins while they live: those that a person started, and those of the runs of this window. */
export interface Twins extends vscode.Disposable {
  started(): readonly HandTwin[];
  /** @throws FactoryError when it cannot be started */
  start(name: string): Promise<HandTwin>;
  stop(id: string): Promise<void>;
  /** Hears of a run that this window drives. */
  follow(handle: RunHandle): void;
  /** Who has a twin of that name now, in a run that this window drives. */
  ownersIn(dir: string, name: string): string[];
  /** State of a twin as JSON, by the id of one that a person started, or by run folder, owner and name. */
  stateOf(which: TwinPlace): Promise<string>;
  readonly onDidChange: vscode.Event<void>;
}

export type TwinPlace = { id: string } | { dir: string; owner: string; name: string };

const gone = 'This twin has ended, and its state with it. The calls it answered are on the timeline.\n';

export function createTwins(core: () => Promise<Core>): Twins {
  const changed = new vscode.EventEmitter<void>();
  const started = new Map<string, HandTwin>();
  const runs = new Map<string, RunHandle>();
  let count = 0;

  const handleAt = (place: TwinPlace): TwinHandle | undefined =>
    'id' in place
      ? started.get(place.id)?.handle
      : runs
          .get(place.dir)
          ?.twins()
          .get(place.owner)
          ?.find(({ name }) => name === place.name);

  return {
    started: () => [...started.values()],
    async start(name) {
      const calls: TwinCall[] = [];
      const { handle, variables } = await (
        await core()
      ).startTwin(name, (call) => {
        calls.push(call);
        changed.fire();
      });
      count += 1;
      const twin: HandTwin = { id: String(count), handle, variables, calls };
      started.set(twin.id, twin);
      changed.fire();
      return twin;
    },
    async stop(id) {
      const twin = started.get(id);
      started.delete(id);
      changed.fire();
      await twin?.handle.stop();
    },
    follow(handle) {
      runs.set(handle.dir, handle);
      const forget = () => void runs.delete(handle.dir);
      handle.done.then(forget, forget);
    },
    ownersIn: (dir, name) =>
      [...(runs.get(dir)?.twins() ?? [])]
        .filter(([, twins]) => twins.some((twin) => twin.name === name))
        .map(([owner]) => owner),
    async stateOf(place) {
      const handle = handleAt(place);
      return handle ? `${JSON.stringify(await handle.state(), null, 2)}\n` : gone;
    },
    onDidChange: changed.event,
    dispose() {
      // Their processes end with the pipe to this one; stopping them only removes their folders sooner.
      for (const { handle } of started.values()) handle.stop().catch(() => undefined);
      changed.dispose();
    },
  };
}
