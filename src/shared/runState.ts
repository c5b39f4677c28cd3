import type { ErrorCode } from './errors';
import type { ActiveFile, EventData, Limits, Outcome, PlanTask, Role, Stage } from './events';
import type { Modality } from './spec';

/** What is known of one side of a requirement. */
export type Mark = 'open' | 'pass' | 'fail';

/** `waiting`: not yet begun · `stopped`: the run ended before it could finish. */
export type Progress = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';

/** What the run is about, from its first event. */
export interface RunHeader {
  id: string;
  spec: { path: string; title: string };
  workspace: string;
  source: string;
  limits: Limits;
  models: Record<Role, string>;
  /** Number of hidden scenarios in the vault when the run began. */
  holdouts: number;
  pid: number;
  host: string;
  createdAt: number;
}

export interface RunOutcome {
  outcome: Outcome;
  code: ErrorCode | null;
  /** One sentence. */
  reason: string;
  /** `seq` of the event that decided it. */
  decidedBy: number | null;
  at: number;
}

export interface StageState {
  stage: Stage;
  state: Progress;
  /** 0 before the first start; counts each time the stage began anew. */
  round: number;
  /** Start of the current or last round. */
  startedAt: number | null;
  /** Milliseconds of all finished rounds. */
  ms: number;
  note: string;
  span: string | null;
}

export interface TaskState extends Omit<PlanTask, 'role' | 'instructions'> {
  role: Role;
  state: Progress;
  reason: string;
  /** Commit that was merged, or empty. */
  commit: string;
  /** Files that really changed; `files` are those the plan named. */
  changed: string[];
  startedAt: number | null;
  endedAt: number | null;
  span: string | null;
}

export interface AgentState {
  agent: string;
  role: Role;
  task: string | null;
  model: string;
  state: Progress;
  turns: number;
  usd: number;
  tokens: number;
  reason: string;
  startedAt: number;
  endedAt: number | null;
  span: string;
}

export interface RequirementState {
  id: string;
  title: string;
  modality: Modality;
  /** A changed file and an executed check say so. */
  done: Mark;
  /** Visible checks were run for it and passed. */
  test: Mark;
  /** Every hidden scenario covering it passed (or one failed) when last asked, as far as that is shown. */
  hidden: Mark;
  files: string[];
  checks: string[];
  /** Span of the event that made it done. */
  span: string | null;
}

/** `stage`, `task` and `agent` contain others; `twin` and `verdict` have no length. */
export type BarKind =
  'stage' | 'task' | 'agent' | 'chat' | 'tool' | 'command' | 'twin' | 'validate' | 'verdict';

/** One bar of the timeline. Times are milliseconds since the epoch; `end` is null while it lasts. */
export interface Bar {
  span: string;
  parent: string | null;
  /** See `lanes.ts`; empty for bars that are not drawn. */
  lane: string;
  kind: BarKind;
  label: string;
  /** Tool, command, stage, twin method: what a filter names. */
  name: string;
  start: number;
  end: number | null;
  ok: boolean | null;
  /** Of the event that began it; unique. */
  seq: number;
  agent: string | null;
  task: string | null;
  turn: number | null;
  usd: number;
  /** Milliseconds from the start until the model began to answer or act; 0 when unknown. */
  thoughtMs: number;
}

export type MarkerKind =
  | 'checkpoint'
  | 'merged'
  | 'failed'
  | 'gate'
  | 'approved'
  | 'resumed'
  | 'restarted'
  | 'governed'
  | 'refused'
  | 'told'
  | 'exposed'
  | 'finished';

/** A moment worth seeing. */
export interface Marker {
  at: number;
  seq: number;
  kind: MarkerKind;
  label: string;
  span: string;
  /** Null: concerns the whole run. */
  lane: string | null;
}

export interface Spend {
  usd: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Tokens of attempts that gave no usable answer but may have been paid for. */
  lost: number;
  /** Tokens of every kind of models that judged. */
  judged: number;
  /** Bits told about hidden scenarios, and what the vault's ledger still has (null: nothing asked yet). */
  bitsTold: number;
  bitsLeft: number | null;
}

export interface CurvePoint {
  at: number;
  value: number;
}

/** A half of the hidden scenarios as it was last asked. */
export interface HalfState {
  half: 'feedback' | 'sealed';
  round: number;
  /** How many of it were asked. */
  scenarios: number;
}

/** What an agent would like to have in CLAUDE.md. */
export type RuleProposal = EventData['rule.proposed'];

export interface VerdictState {
  scenario: string;
  covers: string[];
  passed: boolean;
  round: number;
  /** Null where the journal does not tell. */
  half: HalfState['half'] | null;
  /** Whether a person may be shown `passed`; see `shownVerdicts.ts`. */
  shown: boolean;
}

/**
 * A run as its events tell it. Plain data; the two maps only answer "where is it?" and
 * can be rebuilt from the arrays beside them.
 */
export interface RunState {
  header: RunHeader | null;
  outcome: RunOutcome | null;
  gate: { gate: 'plan' | 'delivery'; reason: string; since: number } | null;
  stages: StageState[];
  tasks: TaskState[];
  agents: AgentState[];
  requirements: RequirementState[];
  /** In the order they began. */
  bars: Bar[];
  /** Index in `bars` by span. */
  barOf: Map<string, number>;
  /** Index in `agents` by name. */
  agentOf: Map<string, number>;
  markers: Marker[];
  spend: Spend;
  /** Running totals of dollars and of told bits. */
  moneyCurve: CurvePoint[];
  bitsCurve: CurvePoint[];
  /** Twins in the order they were first called. */
  twins: string[];
  findings: { rule: string; severity: 'error' | 'warning' | 'info'; message: string; line: number }[];
  assumptions: string[];
  proposals: RuleProposal[];
  /** What programs looked for outside of their pods, in the order they did. */
  refused: { where: string; target: string; command: string }[];
  commands: Record<string, string>;
  /** The halves that were asked; the one that was asked last comes last. */
  halves: HalfState[];
  /** The latest verdict of each scenario. */
  verdicts: VerdictState[];
  /** Scenarios that passed, and failed when they were judged again. */
  flaky: string[];
  branch: {
    name: string;
    commit: string;
    tree: string;
    patch: string | null;
    /** Changed files that some program acts on by itself. */
    active: ActiveFile[];
  } | null;
  /** Where text of hidden scenarios turned up. */
  exposures: EventData['exposure.found'][];
  report: { file: string; digest: string } | null;
  /** Of the last event that was applied; -1 before the first. */
  lastSeq: number;
  lastAt: number;
}

/** Share of the prompt that came from the cache, 0…1. */
export function cachedShare(spend: Spend): number {
  const prompt = spend.input + spend.cacheRead + spend.cacheWrite;
  return prompt === 0 ? 0 : spend.cacheRead / prompt;
}

/** All tokens that were sent or received. */
export function totalTokens(spend: Spend): number {
  const { input, output, cacheRead, cacheWrite, lost, judged } = spend;
  return input + output + cacheRead + cacheWrite + lost + judged;
}

/** The stage that runs now, or the last one that began. */
export function currentStage(run: RunState): StageState | null {
  return (
    run.stages.find((stage) => stage.state === 'running') ??
    run.stages.findLast((stage) => stage.state !== 'waiting') ??
    null
  );
}
