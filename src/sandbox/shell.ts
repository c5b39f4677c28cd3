import type { CommandResult, Pod } from './types';

export interface ShellRequest {
  /** A bash script. */
  script: string;
  /** Absolute, inside the pod; when it is gone the script starts in `/` and standard error says so. */
  cwd: string;
  /** Variables the script starts with, besides the pod's own. */
  env: Record<string, string>;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** What a script leaves behind besides its output. */
export interface ShellResult extends CommandResult {
  /** Working directory at the end. */
  cwd: string;
  /** Exported variables that the request named or the script set, without the shell's own bookkeeping. */
  exported: Record<string, string>;
}

/**
 * Reports the state from an EXIT trap, so that early exits and failures report too; descriptor 219 leaves 3 to the
 * script. Records end with NUL: the directory, the variables at the end, an empty one, those at the start, `end`.
 */
const wrapper = `exec 219>&3 3>&-
trap '{ printf "%s\\0" "$PWD" && /usr/bin/env -0 && printf "\\0" && /usr/bin/cat "/proc/$$/environ" && printf end; } >&219' EXIT
cd -- "$1" || { printf "The working directory %s is gone; this is /.\\n" "$1" >&2; }
set -- "$2"
eval "shift; $1"`;

/** What the kernel takes as one argument or variable, its end included, and as a path. */
const longestVariable = 128 * 1024;
const longestPath = 4096;
/** bwrap takes 9000 arguments, three for each variable. */
const mostVariables = 2000;
const bookkeeping = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);

/**
 * Runs a script in a fresh bash. A script that kills its own shell, replaces it with `exec` or takes over the EXIT
 * trap leaves the state as it was.
 */
export async function runShell(pod: Pod, request: ShellRequest): Promise<ShellResult> {
  const { script, cwd, env, timeoutMs, signal } = request;
  const argv = ['bash', '-c', wrapper, 'bash', cwd, script];
  const { report = '', ...result } = await pod.run({
    ...{ argv, cwd: '/', env, timeoutMs, report: true },
    ...(signal ? { signal } : {}),
  });
  return { ...result, ...(parseState(report, env) ?? { cwd, exported: env }) };
}

/**
 * A script can write what it likes in place of the report, so nothing is taken from it that no command can be started
 * with.
 * @returns undefined when the report is not whole.
 */
export function parseState(
  report: string,
  asked: Readonly<Record<string, string>>,
): { cwd: string; exported: Record<string, string> } | undefined {
  const [cwd = '', ...records] = report.split('\0');
  const split = records.indexOf('');
  if (!cwd.startsWith('/') || cwd.length >= longestPath || split < 0 || records.at(-1) !== 'end')
    return undefined;
  const before = new Map(records.slice(split + 1, -1).map(entry));
  const changed = records
    .slice(0, split)
    .filter((record) => record.indexOf('=') > 0 && Buffer.byteLength(record) < longestVariable)
    .map(entry)
    .filter(([name, value]) => !bookkeeping.has(name) && (name in asked || before.get(name) !== value));
  return changed.length > mostVariables ? undefined : { cwd, exported: Object.fromEntries(changed) };
}

function entry(record: string): [string, string] {
  const at = record.indexOf('=');
  return [record.slice(0, at), record.slice(at + 1)];
}
