import type { Anchor } from '../holdouts/anchor';
import type { AnyEvent, Role } from '../shared/events';
import type { Source } from '../shared/source';
import type { TwinHandle } from '../twins/types';

/** Ceilings the person set; a repository's policy may only tighten them. For all else the usual values are the ceilings. */
export interface UserLimits {
  usd: number;
  minutes: number;
  /** Hosts that setups may reach beside the registries a project names. */
  network: readonly string[];
  /** Whether a policy may let packages run scripts of their own while they are installed. */
  scripts: boolean;
}

export interface RunRequest {
  /** Absolute path of the spec file. */
  spec: string;
  /** Absolute path of the folder the spec belongs to. */
  workspace: string;
  source: Source;
  /** Folder of scenarios outside the workspace that is sealed for this run; what is told about them counts for all runs. */
  holdouts?: string;
  /** Policy file; default `.factory/policy.yaml` of the workspace, when there is one. */
  policy?: string;
  /** SHA-256 of the repository's policy file, when a person allowed all that this text asks for. */
  allowedPolicy?: string;
  models?: Partial<Record<Role, string>>;
}

/** What one process needs to run factories; built by the composition roots (extension and command line). */
export interface FactoryHost {
  /** Root of the store: `globalStorageUri` of the extension, or the command line's store. */
  store: string;
  /** Folder with the bundled programs `worker.js`, `probe.js`, `twin/twin.mjs`, `redirect.js` and `judge.mjs`. */
  programs: string;
  limits: UserLimits;
  /** The key (32 bytes) of a workspace's vault in a store; one for a new vault is made and kept. */
  vaultKey(workspaceId: string, root: string): Promise<Uint8Array>;
  /** The key (32 bytes) that signs the records of the runs in a store; made and kept on first use. */
  recordKey(root: string): Promise<Uint8Array>;
  /** Where it is kept how far a workspace's vault in a store had come. */
  vaultAnchor(workspaceId: string, root: string): Anchor;
  /** Asks whether the project that was at `before` is the one that is now at `folder`. */
  sameProject(before: string, folder: string): Promise<boolean>;
}

export interface RunHandle {
  id: string;
  /** Folder of the run; its `journal.jsonl` is what every view follows. */
  dir: string;
  /** Calls `listener` with what happened so far, and then with each event as it happens. */
  follow(listener: (events: readonly AnyEvent[]) => void): void;
  /** Twins that can be asked now, by whoever they play for: an agent or a stage. Those of scenarios never are among them. */
  twins(): ReadonlyMap<string, readonly TwinHandle[]>;
  /** Resolves when the journal says `run.finished` or `gate.waiting`; never rejects for an outcome of the run. */
  done: Promise<void>;
  /** Ends the run as `cancelled`; every process is gone when the promise resolves. */
  cancel(): Promise<void>;
}
