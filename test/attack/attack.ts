import type { EventType } from '../../src/shared/events';

/** What an attack is, for the page that lists them all. */
export interface AttackDoc {
  /** Unique among all. */
  id: string;
  /** Number of the rule in the list of thirty attacks, or the wall of the security page that answers it. */
  rule: number | Wall;
  /** What is tried, as the end of "An attacker …". */
  tries: string;
  /** What keeps it from working. */
  stoppedBy: string;
  /** The event it leaves on the trace. */
  leaves: EventType;
}

/** Walls that are not one of the thirty rules. */
export type Wall =
  | 'files'
  | 'network'
  | 'processes'
  | 'resources'
  | 'system calls'
  | 'git'
  | 'governed files'
  | 'tools'
  | 'words'
  | 'tests';

/** One call of a tool, as a model makes it. */
export interface ToolCall {
  name: string;
  input: unknown;
}

/** Places and numbers of the host that attacks aim at; all hold bait. */
export interface Target {
  /** Home folder of the person, with credentials. */
  home: string;
  store: string;
  workspace: string;
  /** A folder beside the workspace. */
  sibling: string;
  /** A run that ended earlier, in the store. */
  otherRun: string;
  /** The folder of temporary files that the factory uses. */
  temporary: string;
  /** Listens for TCP on all addresses. */
  tcpPort: number;
  udpPort: number;
  unixSocket: string;
  /** Name without the leading NUL. */
  abstractSocket: string;
  modelPort: number;
  /** An address of the host that is not loopback. */
  hostAddress: string;
  /** A living process of the host. */
  hostPid: number;
  /** Blob of the upstream repository that was deleted again. */
  deletedBlob: string;
  /** Where attacks leave marks; none may be there afterwards. */
  marks: string;
}

/** One thing that an agent tries with its tools, in one turn. */
export interface AgentAttack extends AttackDoc {
  calls(target: Target): ToolCall[];
  /** In what the calls answered, joined by line feeds: that it was really tried, and how it failed. */
  shows: RegExp;
  /** Must not be in it. Bait never may be. */
  hides?: RegExp;
  /** Paths that were put back or left out, with the reason where there is one; in order, separated by commas. */
  undone?: RegExp;
  /** What the event says of this very attack: matches the JSON of its data. */
  tells?: RegExp;
}

/** Attacks of one agent, made in order; a task of the plan. */
export interface AttackGroup {
  /** Id of the task in the plan. */
  id: string;
  title: string;
  /** Durable name of the agent, when it is none of the plan's. */
  agent?: string;
  attacks: readonly AgentAttack[];
}

/** What a candidate tries while it is judged. */
export interface CourtAttack extends AttackDoc {
  /** Body of an async function that gets its further arguments in `args` and prints with `say`. */
  program: string;
  /** What the scenario holds beside its command, in YAML: `given`, for example. */
  given?: string;
  /** The steps in YAML when they are not the usual one, which expects a word that only the judge knows. */
  steps?: string;
  /** The program does not live to say that it tried. */
  ends?: true;
}

/** A script in a fresh shell. */
export const bash = (command: string, timeoutMs?: number): ToolCall => ({
  name: 'bash',
  input: timeoutMs === undefined ? { command } : { command, timeout_ms: timeoutMs },
});
export const read = (file_path: string): ToolCall => ({ name: 'read', input: { file_path } });
export const write = (file_path: string, content: string): ToolCall => ({
  name: 'write',
  input: { file_path, content },
});
export const edit = (file_path: string, old_string: string, new_string: string): ToolCall => ({
  name: 'edit',
  input: { file_path, old_string, new_string },
});
