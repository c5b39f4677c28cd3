import type { ErrorCode } from './errors';
import type { Modality } from './spec';
import type { Sink } from './watch';

/** The stages of a run, in order. */
export const stages = ['intake', 'plan', 'build', 'verify', 'validate', 'deliver'] as const;
export type Stage = (typeof stages)[number];

export type Role = 'planner' | 'implementer' | 'tester' | 'debugger' | 'judge';

export type Outcome =
  'accepted' | 'rejected' | 'needs-human' | 'over-budget' | 'contaminated' | 'cancelled' | 'failed';

/** Text that is kept in the event itself up to 8 KiB, else in `blobs/<sha256>` with its beginning here. */
export interface Text {
  text: string;
  /** SHA-256 (hex) of the whole text when it lives in a blob. */
  blob?: string;
  /** Length of the whole text in bytes. */
  bytes: number;
}

/** A file a round changed; `sha256` of its new content, null when it is gone. */
export interface FileChange {
  path: string;
  sha256: string | null;
}

/** A changed file that some program acts on by itself; `by` names who, such as `git` or `editors`. */
export interface ActiveFile {
  path: string;
  by: string;
}

export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface PlanTask {
  id: string;
  title: string;
  role: 'implementer' | 'tester';
  requirements: string[];
  dependsOn: string[];
  files: string[];
  category: string;
  /** True when the planner thinks no established pattern covers the decision. */
  novel: boolean;
  instructions: string;
}

export interface Plan {
  /** Commands, files, exports or routes that black-box tests may rely on. */
  interfaces: string[];
  assumptions: string[];
  tasks: PlanTask[];
}

export interface Limits {
  usd: number;
  tokens: number;
  minutes: number;
  debugRounds: number;
  /** Bits the feedback channel may tell about holdouts in this run. */
  bits: number;
}

/**
 * Data of every event by type. `*.started` and `*.finished` of the same thing share a span.
 * An event whose data has a `key` is the result of a durable step and answers it after a crash.
 */
export interface EventData {
  'run.created': {
    run: string;
    spec: { path: string; title: string };
    requirements: { id: string; title: string; modality: Modality }[];
    /** Folder of the workspace; shown to people, never to agents. */
    workspace: string;
    source: string;
    limits: Limits;
    models: Record<Role, string>;
    holdouts: number;
    pid: number;
    host: string;
  };
  'run.resumed': { pid: number; host: string };
  'run.sealed': { key: string; digests: Record<string, string> };
  'run.finished': { outcome: Outcome; code?: ErrorCode; reason: string; decidedBy: number | null };

  'stage.started': { stage: Stage; round?: number };
  'stage.finished': { key: string; stage: Stage; note: string };

  'intake.finding': { rule: string; severity: 'error' | 'warning' | 'info'; message: string; line: number };
  'intake.assumption': { text: string };
  'intake.commands': { key: string; commands: Record<string, string>; detected: string[] };

  /** What the sandbox shows of the person's machine, and the registries that setup may ask. */
  'intake.environment': { key: string; toolchains: string[]; registries: string[] };

  'plan.refused': { attempt: number; reasons: string[] };
  'plan.made': { key: string; plan: Plan };

  'task.started': { task: string; title: string; role: Role };
  'task.finished': {
    key: string;
    task: string;
    ok: boolean;
    reason: string;
    commit: string;
    files: string[];
  };

  /** `agent` is the durable name, for example `T1.implementer` or `debugger.2`. */
  'agent.started': { agent: string; role: Role; task?: string; model: string };
  'agent.finished': { key: string; agent: string; turns: number; ok: boolean; reason: string; answer: Text };
  'chat.started': { agent: string; turn: number; model: string };
  'chat.attempt': {
    agent: string;
    turn: number;
    attempt: number;
    status: number | null;
    note: string;
    /** What an attempt without a usable answer may have cost; counts as spent, like `chat.finished`. */
    lost?: { usd: number; tokens: number };
  };
  'chat.finished': {
    key: string;
    agent: string;
    turn: number;
    model: string;
    /** JSON of the whole assistant message, thinking included. */
    message: Text;
    stopReason: string;
    usage: Usage;
    usd: number;
    /** Milliseconds until the first part of the answer that was not thinking, where the stream told. */
    thoughtMs?: number;
  };
  'tool.started': { agent: string; turn: number; id: string; name: string; summary: string };
  'tool.finished': {
    key: string;
    agent: string;
    turn: number;
    id: string;
    name: string;
    summary: string;
    ok: boolean;
    /** Exit status, for commands only. */
    exit: number | null;
    output: Text;
    /** Input of the call as JSON. */
    input: Text;
    /** After `bash`: JSON of the shell's working directory and exported variables. */
    shell?: Text;
  };
  /** `twins` holds the twins' snapshots by name, so that files, conversation and twin state come back together. */
  'round.checkpoint': {
    key: string;
    agent: string;
    turn: number;
    commit: string;
    files: FileChange[];
    twins: Text;
  };
  'round.restarted': { agent: string; turn: number; commit: string };

  'command.started': { name: string; command: string; round: number };
  'command.finished': {
    key: string;
    name: string;
    command: string;
    exit: number | null;
    timedOut: boolean;
    output: Text;
  };
  'governed.restored': { agent: string; paths: string[] };
  /** An agent would like a rule in CLAUDE.md, which it cannot change: a person decides. Plain sentences. */
  'rule.proposed': { agent: string; rule: string; why: string };
  /** Something a setup loaded; long or random parts of the path are `*`, and `status` is 0 without an answer. */
  'network.passed': {
    where: string;
    method: string;
    host: string;
    path: string;
    status: number;
    bytes: number;
  };
  /**
   * A program looked for a host outside of its pod. `where` is an agent's durable name or the stage that ran the
   * spec's commands; `command` is the first line of what ran.
   */
  'network.refused': { where: string; target: string; command: string };
  /** Commands were ended because of what they took of the machine; `where` as for `network.refused`. */
  'limit.reached': { where: string; reason: string };
  /** `unmodelled`: the twin answered with the service's own word for what it does not know. */
  'twin.call': {
    twin: string;
    method: string;
    status: number;
    answered: string;
    task: string;
    unmodelled?: true;
  };

  'validate.started': { round: number; half: 'feedback' | 'sealed'; scenarios: number };
  /**
   * Ids and verdicts only: text of a scenario never enters the journal. `replayed`: a model's part in it is from a
   * recording, as in a demo.
   */
  'validate.verdict': {
    key: string;
    round: number;
    scenario: string;
    covers: string[];
    passed: boolean;
    replayed?: true;
  };
  /**
   * The same scenario judged once more: in the `usual` surroundings, or in `other` ones where host name, user name,
   * paths and dates are others. `root` is where the program was; its usual place where it can only be built there.
   */
  'validate.again': {
    key: string;
    round: number;
    scenario: string;
    passed: boolean;
    look: 'usual' | 'other';
    root: string;
  };
  /** What one call of a model for a `judge` step cost; what was asked and said is kept nowhere. */
  'validate.paid': { scenario: string; model: string; usd: number; tokens: number };
  'validate.told': {
    key: string;
    round: number;
    kind: 'count' | 'requirement' | 'sealed';
    told: string;
    bits: number;
    left: number;
    /** Largest share of feedback scenarios that passed in any round so far, 0 to 1. */
    best?: number;
  };
  /**
   * A person was shown the latest verdicts of these scenarios, which was paid for like an answer to agents: one bit
   * each, of the sealed half one failed answer each. `left` is what this half may still tell.
   */
  'validate.shown': {
    half: 'feedback' | 'sealed';
    scenarios: string[];
    bits: number;
    left: number;
    by: string;
  };

  /**
   * Text of a hidden scenario was on its way into a sink. `canary` ends the run; `phrase` (many words in a row that
   * neither spec nor repository have) and `unread` (too large or compressed too much to be searched in full) are for a person to judge.
   * What was found is withheld: `digest` is the SHA-256 (hex) of the whole data, `bytes` its length.
   */
  'exposure.found': {
    kind: 'canary' | 'phrase' | 'unread';
    sink: Sink;
    where: string;
    /** Opaque id; null for `unread`. */
    scenario: string | null;
    /** How a canary was written: plain, base64, reversed … */
    form: string | null;
    bytes: number;
    digest: string;
  };

  'requirement.done': { requirement: string; files: string[]; checks: string[] };
  'gate.waiting': { gate: 'plan' | 'delivery'; reason: string };
  'gate.approved': { gate: 'plan' | 'delivery'; by: string };

  'deliver.branch': {
    key: string;
    branch: string;
    commit: string;
    tree: string;
    patch?: string;
    /** Changed files that some program acts on by itself. */
    active?: ActiveFile[];
  };
  'deliver.report': { key: string; file: string; digest: string };
  /** `digest` is the SHA-256 of the signed bundle. */
  'deliver.evidence': { key: string; file: string; digest: string };
}

export type EventType = keyof EventData;

/** One line of `journal.jsonl`. `at` is milliseconds since the epoch; spans are 16 hex digits. */
export interface FactoryEvent<T extends EventType = EventType> {
  seq: number;
  at: number;
  type: T;
  span: string;
  parent: string | null;
  data: EventData[T];
  prev: string;
  hash: string;
}

/** The same as a discriminated union, for `switch (event.type)`. */
export type AnyEvent = { [T in EventType]: FactoryEvent<T> }[EventType];

/** Events that are the result of a durable step. */
export type StepType = { [T in EventType]: EventData[T] extends { key: string } ? T : never }[EventType];
