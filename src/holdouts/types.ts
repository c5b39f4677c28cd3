import type { Mount, Sandbox } from '../sandbox/types';
import type { Spec } from '../shared/spec';
import type { PlanTwins, TwinDocument } from '../twins/types';
import type { AskModel } from './modelJudge';
import type { Scenario } from './scenarioSchema';
import type { SuiteFiles } from './suiteFiles';

export type Half = 'feedback' | 'sealed';

/** What may leave the vault about a scenario. */
export interface SealedScenario {
  /** `H-` and six random characters. */
  id: string;
  covers: string[];
  half: Half;
  weight: number;
}

/** A decrypted scenario. It stays in memory: nothing but `sealed` may be written, logged or shown. */
export interface OpenScenario {
  sealed: SealedScenario;
  scenario: Scenario;
  /** Of its suite. */
  files?: SuiteFiles;
  /** 32 hex digits the values of `{{canary.*}}` are made from; the same for the life of the scenario. */
  canarySeed: string;
}

/**
 * What failed without the candidate's doing: a defect of scenario or machine, for people only. `machine` is trouble
 * while the candidate ran, the others are parts of the set-up before it.
 */
export const troubles = ['sandbox', 'files', 'git', 'twins', 'services', 'environment', 'machine'] as const;
export type Trouble = (typeof troubles)[number];

export interface Verdict {
  scenario: string;
  covers: string[];
  passed: boolean;
  trouble?: Trouble;
}

/** What a judged program sees of where it runs, beyond what its scenario gives. */
export interface Look {
  /** Where the candidate is. */
  root: string;
  /** Folder in which its own folders get names of their own each time. */
  folders: string;
  hostname?: string;
  /** Variables that say where a program runs. */
  env: Record<string, string>;
  /** Whether it may write to the copy of itself. */
  writable: boolean;
  /** Time that its files have, as `touch -d` reads it; that of the build when left out. */
  dated?: string;
}

/** What scenarios are judged on: plain data, so that it reaches the judge's own process. */
export interface Bench {
  /** Host folder with a clean build of the judged commit; every scenario gets a copy of its own. */
  candidate: string;
  /**
   * Whether scenarios see the build itself where the look changes nothing of it, because it takes long to copy. They
   * share no more than locks on its files and what `inotify` tells of them: the time of a read is not written down
   * through a read-only mount.
   */
  shared?: boolean;
  /**
   * Host folder with what making it left in the home folder, such as installed packages; every scenario gets a copy of
   * its own. An empty home, in memory, when left out.
   */
  home?: string | undefined;
  /** Host folder for those copies, which are removed again. */
  copies: string;
  spec: Pick<Spec, 'commands' | 'env' | 'twins' | 'services'>;
  /** Documents that twins are made from, by the twins' names in the spec. */
  documents?: Readonly<Record<string, TwinDocument>>;
  /** Host folder for the judging's own folders, which are removed again; keep its path short (it holds sockets). */
  scratch: string;
  /** Toolchains outside `/usr`, as resolved for the run. */
  toolchain?: { mounts: Mount[]; env: Record<string, string> };
  look: Look;
}

export interface JudgeContext extends Bench {
  /** Asks a model for `judge` steps; without it no scenario with one can be judged. */
  askModel?: AskModel;
  sandbox: Sandbox;
  planTwins: PlanTwins;
  signal: AbortSignal;
}
