import { setImmediate } from 'node:timers/promises';
import type { EventData, FileChange } from '../shared/events';
import type { Observation } from '../models/conversation';
import { type Engine, spanOf } from '../trace/engine';
import type { CallRecord, Round } from './tools';

/** What a tool round left in the agent's world. */
export interface Checkpoint {
  commit: string;
  files: FileChange[];
  /** Snapshots of the twins as JSON. */
  twins: string;
}

/** The files and services an agent works on, kept by the factory. */
export interface AgentWorld {
  /** Commit the agent starts from. */
  readonly base: string;
  /**
   * Commits what changed since the last one and undoes changes to governed files.
   * @param touched paths that may have changed, as the agent named them; null when any may
   */
  checkpoint(turn: number, touched: readonly string[] | null): Promise<Checkpoint>;
  /** Puts files and twins back to a checkpoint. */
  restore(commit: string, twins: string | undefined): Promise<void>;
}

/** Whose rounds are committed. */
interface Checkpointed {
  run: string;
  /** Durable name. */
  name: string;
  world: AgentWorld;
}

/** Paths that the calls of a round may have changed; null when any may. */
function touchedBy(calls: readonly CallRecord[]): string[] | null {
  const touched: string[] = [];
  for (const call of calls) {
    if (call.touches === null) return null;
    touched.push(...call.touches);
  }
  return touched;
}

/** The commits of one agent's tool rounds. */
export interface Checkpoints {
  /** After a crash: the world as it was after the last committed round. */
  recover(): Promise<void>;
  /** Drops what a crash left of this round. */
  beforeRound(): Promise<void>;
  /** Begins to commit the round; what happened in it is what replay compares. */
  afterRound(): Promise<Observation[]>;
  /** Resolves when the latest round is committed and journaled; rejects with the reason why it could not be. */
  settled(): Promise<unknown>;
  /** Aborted when a round could not be committed. */
  readonly broken: AbortSignal;
}

/**
 * Commits each round, and on resume drops a round that has no commit, so that it runs again from the one before. The
 * commit is made while the model thinks about the next turn: no process of the agent lives then, and the answer is
 * journaled only after it.
 */
export function openCheckpoints(agent: Checkpointed, engine: Engine, round: Round): Checkpoints {
  const roundKey = (turn: number): string => `round/${agent.name}/${turn}`;
  const scopeOf = (turn: number): { span: string; parent: string } => ({
    span: spanOf(agent.run, roundKey(turn)),
    parent: round.parent,
  });
  const done = (turn: number): EventData['round.checkpoint'] | undefined =>
    engine.result('round.checkpoint', roundKey(turn));
  let latest: EventData['round.checkpoint'] | undefined;
  let underway: Promise<unknown> = Promise.resolve();
  const broken = new AbortController();

  function latestInJournal(): EventData['round.checkpoint'] | undefined {
    let found: EventData['round.checkpoint'] | undefined;
    for (const event of engine.journal.events) {
      if (event.type === 'round.checkpoint' && event.data.agent === agent.name) found = event.data;
    }
    return found;
  }

  async function restore(): Promise<void> {
    const twins = latest && engine.journal.read(latest.twins);
    await agent.world.restore(latest?.commit ?? agent.world.base, twins);
  }

  async function commitRound(): Promise<Observation[]> {
    const { turn, calls } = round;
    const scope = scopeOf(turn);
    // The request leaves first: starting git holds up everything else for a moment.
    await setImmediate();
    latest = await engine.step('round.checkpoint', roundKey(turn), scope, async () => {
      const { commit, files, twins } = await agent.world.checkpoint(turn, touchedBy(calls));
      return {
        agent: agent.name,
        turn,
        commit,
        files,
        twins: engine.journal.keep(twins),
      };
    });
    const files = Object.fromEntries(latest.files.map((file) => [file.path, file.sha256]));
    return calls.map((call, i) => ({
      tool: call.name,
      ok: call.ok,
      exit: call.exit,
      files: i === calls.length - 1 ? files : {},
    }));
  }

  return {
    async recover() {
      if (!engine.resumed) return;
      latest = latestInJournal();
      await restore();
    },
    async beforeRound() {
      const { turn } = round;
      if (!engine.resumed || done(turn)) return;
      const begun = engine.journal.events.some(
        (event) =>
          event.type === 'tool.started' && event.data.agent === agent.name && event.data.turn === turn,
      );
      if (!begun) return;
      engine.emit(
        'round.restarted',
        { agent: agent.name, turn, commit: latest?.commit ?? agent.world.base },
        scopeOf(turn),
      );
      await restore();
    },
    afterRound() {
      const observed = commitRound();
      underway = observed;
      observed.catch((error: unknown) => broken.abort(error));
      return observed;
    },
    settled: () => underway,
    broken: broken.signal,
  };
}
