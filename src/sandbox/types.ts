/** Contracts of the sandbox; the programs behind them are in this folder. */
import type { DiskLimits } from './disk';

/** A command to run inside a pod: argv, never a shell string. A shell script is `['bash', '-ceu', text]`. */
export interface CommandRequest {
  argv: string[];
  /** Absolute, inside the pod. */
  cwd: string;
  env: Record<string, string>;
  stdin?: string | Uint8Array;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Read-only or writable folders beyond the pod's own; `inside` never lies below a writable folder. */
  mounts?: Mount[];
  /** Without the pod's worktree, home and mounts: for twins and the probe, which share only the network. */
  isolated?: boolean;
  /** Bytes of each stream to keep (head and tail); default 1 MiB. */
  keepBytes?: number;
  /** Gives the command a pipe of its own at descriptor 3; what it writes there comes back as `report`. */
  report?: boolean;
}

export interface Mount {
  host: string;
  inside: string;
  writable: boolean;
}

export interface CommandResult {
  /** Exit status the host waited for; null when killed by a signal or a limit. */
  exit: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** Bytes that were dropped because a limit was reached. */
  dropped: number;
  /** With `report` asked for: all that the command wrote to descriptor 3; absent when that was over `keepBytes`. */
  report?: string;
  /** Wall time in milliseconds. */
  ms: number;
}

/** Where an agent's or a judged program's processes live: one user and network namespace with its twins. */
export interface Pod {
  readonly id: string;
  run(request: CommandRequest): Promise<CommandResult>;
  /** Calls a file tool in the long-lived worker, which is started on first use. */
  tool(name: string, input: unknown, signal?: AbortSignal): Promise<{ text: string; isError: boolean }>;
  /** Starts a program beside the commands that lives until `stop` or the end of the pod. Its output goes to `onLine`. */
  spawn(
    request: Omit<CommandRequest, 'timeoutMs'> & { onLine?: (line: string) => void },
  ): Promise<PodProcess>;
  /** Ends every process of the pod within 2 s; afterwards nothing of it is left. Idempotent. */
  close(): Promise<void>;
}

export interface PodProcess {
  /** Resolves with the exit status (null: killed). */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

export interface PodOptions {
  /** The only writable tree of the work, mounted at the same path inside as `inside`. */
  worktree?: Mount;
  /** A folder on disk that becomes `/home/agent`, kept for the task so that toolchain caches last. */
  home: string;
  /** Toolchains and anything else to mount. */
  mounts: Mount[];
  /**
   * A folder on the host in whose place the pod has one in memory, with the same folders in it: other sources of
   * mounts may lie below. No other sandbox and no folder of the host shows it, and it is gone with the pod, however
   * that ends.
   */
  memory?: string;
  /** Name of the machine; `factory` when left out. */
  hostname?: string;
  /** Environment every command starts with; HOME and TMPDIR are the sandbox's, PATH has a default. */
  env: Record<string, string>;
  /** What its commands may write; the usual limits when absent. */
  disk?: DiskLimits;
  /** Told of what programs in the pod tried and were kept from. */
  onIncident?: (incident: Incident) => void;
}

/** Something that a wall stopped. */
export type Incident =
  /** The commands that ran were ended, for a reason that reads on after a colon. */
  | { kind: 'limit'; reason: string }
  /** A program looked for a host outside; `command` is the script that ran, its first line. */
  | { kind: 'network'; target: string; command: string };

/** What the machine offers; found once per process. */
export interface Sandbox {
  /** Node's own executable, as seen inside every pod. */
  readonly node: string;
  /** Folder of `worker.js`, `probe.js` and `twin/twin.mjs`, as seen inside every pod. */
  readonly programs: string;
  /** The same folder on the host. */
  readonly programsOnHost: string;
  openPod(options: PodOptions): Promise<Pod>;
  /** How many pods are open now. */
  openPods(): number;
}
