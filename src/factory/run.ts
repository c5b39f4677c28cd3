import type { KeyObject } from 'node:crypto';
import type { BudgetLedger } from '../models/budget';
import type { Sandbox, Mount } from '../sandbox/types';
import { type ErrorCode, FactoryError } from '../shared/errors';
import type { Limits, Outcome, Role, Stage } from '../shared/events';
import type { Source } from '../shared/source';
import type { Spec } from '../shared/spec';
import type { Watch } from '../shared/watch';
import { type Engine, spanOf } from '../trace/engine';
import type { Scope } from '../trace/journal';
import type { FactoryRepo } from '../workspace/repository';
import type { JudgeOptions } from '../holdouts/judgeProcess';
import type { TwinDocument, TwinHandle } from '../twins/types';
import type { Vault } from '../holdouts/vault';
import type { Policy } from './policy';
import type { SetupRules } from './setupRules';

/** Everything the stages of one run share; built once by `factory.ts`. */
export interface Run {
  readonly id: string;
  /** Its name is the one of the delivered branch as well. */
  readonly dir: string;
  /** The user's folder: read at the snapshot, written at delivery, never in between. */
  readonly workspace: string;
  readonly spec: Spec;
  readonly policy: Policy;
  /** What the repository's policy asked for beyond the person's ceilings. */
  readonly refusedPolicy: readonly string[];
  readonly limits: Limits;
  readonly models: Record<Role, string>;
  readonly source: Source;
  readonly engine: Engine;
  readonly ledger: BudgetLedger;
  readonly repo: FactoryRepo;
  /** Patterns of the files that agents may not change. */
  readonly governed: readonly string[];
  readonly sandbox: Sandbox;
  readonly setup: SetupRules;
  readonly toolchains: { mounts: Mount[]; path: string };
  /** CLAUDE.md and AGENTS.md of the sealed snapshot, by file name. */
  readonly constraints: Record<string, string>;
  /** Absent when there are no hidden scenarios. */
  readonly vault?: Vault;
  /** What the judge's own process is started with; there when `vault` is. */
  readonly judging?: JudgeOptions;
  /** Signs the evidence. */
  readonly signingKey: KeyObject;
  /** Searches everything that could show a hidden scenario; does nothing where there are none. */
  readonly watch: Watch;
  /** Documents that twins are made from, from the sealed snapshot, by the twins' names in the spec. */
  readonly documents: Readonly<Record<string, TwinDocument>>;
  /** Twins that can be asked now, by whoever they play for: an agent or a stage. */
  readonly openTwins: Map<string, readonly TwinHandle[]>;
  /** Ends the run for a reason that comes up outside of its steps. */
  fail(this: void, reason: unknown): void;
  /** True when a person said that waiting gates may pass. */
  readonly approve: boolean;
}

/** How a run ended; `decidedBy` is the event that decided it. */
export interface Ending {
  outcome: Outcome;
  /** Of the error that ended the run, when one did. */
  code?: ErrorCode;
  reason: string;
  decidedBy: number | null;
}

/** Ends the run with a verdict instead of an error. */
export class RunEnded extends Error {
  constructor(readonly ending: Ending) {
    super(ending.reason);
  }
}

export function scopeOf(run: Run, name: string, parent: string | null = null): Scope {
  return { span: spanOf(run.id, name), parent };
}

/** The scope of the run itself: parent of every stage. */
export function runScope(run: Run): Scope {
  return scopeOf(run, 'run');
}

/** Sequence number of the newest event: what a decision made now rests on. */
export function latestEvent(run: Run): number {
  return run.engine.journal.events.length - 1;
}

/** Runs one stage as a span of its own; `round` tells repeated visits apart. */
export async function stage<T>(
  run: Run,
  name: Stage,
  round: number,
  work: (scope: Scope) => Promise<{ note: string; value: T }>,
): Promise<T> {
  const key = `stage/${name}/${round}`;
  const scope = scopeOf(run, key, runScope(run).span);
  if (!run.engine.result('stage.finished', key))
    run.engine.emit('stage.started', { stage: name, round }, scope);
  const { note, value } = await work(scope);
  await run.engine.step('stage.finished', key, scope, () => Promise.resolve({ stage: name, note }));
  return value;
}

/** A gate waits: the run is neither finished nor failed. */
export class GateWaiting extends FactoryError {}

/**
 * Waits for a person where the policy asks for one.
 * @throws GateWaiting after journaling that the gate waits; `resume --approve` goes on.
 */
export async function gate(run: Run, name: 'plan' | 'delivery', reason: string): Promise<void> {
  const { engine } = run;
  const passed = engine.journal.events.some(
    (event) => event.type === 'gate.approved' && event.data.gate === name,
  );
  if (passed) return;
  const scope = scopeOf(run, `gate/${name}`, runScope(run).span);
  if (run.approve) {
    engine.emit('gate.approved', { gate: name, by: 'the person who resumed the run' }, scope);
    return;
  }
  engine.emit('gate.waiting', { gate: name, reason }, scope);
  await engine.journal.flush();
  throw new GateWaiting('needs-human', reason, {
    hint: `Look at the run, then approve it on the timeline or with: dark-factory resume ${run.id} --approve`,
  });
}
