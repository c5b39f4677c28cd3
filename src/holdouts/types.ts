import type { Mount, Sandbox } from '../sandbox/types';
import type { Spec } from '../shared/spec';
import type { StartTwin } from '../twins/types';
import type { Scenario } from './scenarioSchema';

export type Half = 'feedback' | 'sealed';

/** What may leave the vault about a scenario. */
export interface SealedScenario {
  /** `H-` and six random characters. */
  id: string;
  covers: string[];
  half: Half;
  weight: number;
  /** Scenarios of one source (a table, one import) vary one idea: together they count once in the statistics. */
  source?: string;
}

/** A decrypted scenario. It stays in memory: nothing but `sealed` may be written, logged or shown. */
export interface OpenScenario {
  sealed: SealedScenario;
  scenario: Scenario;
  /** 32 hex digits the values of `{{canary.*}}` are made from; the same for the life of the scenario. */
  canarySeed: string;
}

/** The part of the set-up that failed before the candidate ran: a defect of scenario or machine, for people only. */
export type Trouble = 'sandbox' | 'files' | 'git' | 'twins' | 'environment';

export interface Verdict {
  scenario: string;
  covers: string[];
  passed: boolean;
  trouble?: Trouble;
}

export interface JudgeContext {
  sandbox: Sandbox;
  /** Host folder with a clean build of the judged commit; mounted read-only at `/workspace`. */
  candidate: string;
  spec: Pick<Spec, 'commands' | 'env' | 'twins'>;
  startTwin: StartTwin;
  /** Host folder for the judging's own folders, which are removed again; keep its path short (it holds sockets). */
  scratch: string;
  /** Toolchains outside `/usr`, as resolved for the run. */
  toolchain?: { mounts: Mount[]; env: Record<string, string> };
  signal: AbortSignal;
}
