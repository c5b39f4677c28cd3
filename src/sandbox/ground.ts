import { FactoryError } from '../shared/errors';
import type { Note } from './checks';
import type { CommandResult, Incident, Pod, Sandbox } from './types';

/** What the checks of the walls attack: a real pod, and things of the host that it must not reach. */
export interface Ground {
  sandbox: Pick<Sandbox, 'node'>;
  pod: Pick<Pod, 'run' | 'tool'>;
  /** Host side of the worktree, which is at `/workspace` inside. */
  worktree: string;
  /** Text that is only on the host: in `secretFile` and in the variable `secretVariable` of this process. */
  secret: string;
  secretFile: string;
  /** Places of the host that must not exist inside. */
  hidden: Readonly<Record<string, string>>;
  /** What listens on the host: a port of 127.0.0.1 and an abstract socket. */
  port: number;
  abstract: string;
  incidents: Incident[];
}

export const secretVariable = 'DARK_FACTORY_CANARY';
/** Small, so that reaching them costs the machine nothing. */
export const tinyDisk = { file: 2 * 1024 ** 2, pod: 8 * 1024 ** 2 };

export const wallCure =
  'Update bubblewrap and the kernel, or run on another machine; until then agents must not run here.';

/** Runs a bash script in a pod with positional arguments. */
export function inside(
  pod: Pick<Pod, 'run'>,
  script: string,
  args: readonly string[] = [],
  timeoutMs = 20_000,
): Promise<CommandResult> {
  const argv = ['bash', '-c', script, 'bash', ...args];
  return pod.run({ argv, cwd: '/workspace', env: {}, timeoutMs });
}

/** @throws FactoryError that says what a wall let through. */
export function missingWall(reason: string): never {
  throw new FactoryError('environment', reason, { hint: wallCure });
}

/** Runs a Perl script in a pod; a note where there is no Perl, which some attacks are written in. */
export async function perl(
  pod: Pick<Pod, 'run'>,
  script: string,
  args: readonly string[],
  judge: (output: string) => string,
): Promise<string | Note> {
  const { stdout, exit } = await inside(pod, 'command -v perl > /dev/null || exit 66; exec perl -e "$@"', [
    script,
    ...args,
  ]);
  if (exit !== 66) return judge(stdout);
  return { note: 'not tried: the attack needs perl', cure: 'sudo apt-get install perl' };
}
