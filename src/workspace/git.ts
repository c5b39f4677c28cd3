import { spawn } from 'node:child_process';
import { FactoryError } from '../shared/errors';
import { adviceFor, codeOf } from './files';

/** Where and how one git command runs. All paths are absolute. */
export interface GitOptions {
  gitDir?: string;
  workTree?: string;
  indexFile?: string;
  /** Default `/`, so that git never finds a repository by itself. */
  cwd?: string;
  input?: string | Uint8Array;
  signal?: AbortSignal;
  /** More environment, for example object folders. */
  env?: Record<string, string>;
  /** Exit statuses beside 0 that are an answer and not a failure. */
  answers?: readonly number[];
  /** Limit of standard output in bytes; default 256 MiB. More is a failure. */
  maxBytes?: number;
  /**
   * Reads the person's own git configuration as well. Only for `git config`, which runs nothing.
   */
  personal?: boolean;
}

export interface GitAnswer {
  exit: number;
  stdout: Buffer;
  stderr: string;
}

/** Nothing a repository, a home folder or the system says may run a program through us. */
const safeConfig = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.pager=cat',
  'safe.bareRepository=explicit',
  'safe.directory=*',
  'protocol.file.allow=always',
  'submodule.recurse=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

/** Who makes the factory's commits. */
export const author = { name: 'Dark Factory', email: 'dark-factory@localhost' };

const needed = [2, 38] as const;
const maxBytesByDefault = 256 * 1024 * 1024;
const keptErrorText = 8 * 1024;

/** Runs git and returns its standard output as text. Failures are {@link FactoryError}s with git's own last word. */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await gitAnswer(args, options)).stdout.toString('utf8');
}

/** Like {@link git}, without the line end. */
export async function gitLine(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await git(args, options)).trimEnd();
}

/** Like {@link git}, for output that is a list ended by NUL bytes. */
export async function gitList(args: readonly string[], options: GitOptions = {}): Promise<string[]> {
  return splitNul(await git(args, options));
}

/** The parts of a text whose every part ends with a NUL byte. */
export function splitNul(text: string): string[] {
  const parts = text.split('\0');
  parts.pop();
  return parts;
}

/** Runs git and returns everything it answered. The only place of the host that starts git. */
export async function gitAnswer(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  await requireGit(process.env['PATH'] ?? '');
  const answer = await start([...globalOptions(options), ...args], options);
  if (answer.exit === 0 || options.answers?.includes(answer.exit)) return answer;
  throw failure(args, answer, options);
}

function globalOptions(options: GitOptions): string[] {
  return [
    ...safeConfig,
    ...(options.gitDir ? [`--git-dir=${options.gitDir}`] : []),
    ...(options.workTree ? [`--work-tree=${options.workTree}`] : []),
  ];
}

function environment(options: GitOptions): Record<string, string> {
  const { PATH = '', HOME = '', XDG_CONFIG_HOME } = process.env;
  return {
    PATH,
    LC_ALL: 'C',
    ...(options.personal
      ? { HOME, ...(XDG_CONFIG_HOME ? { XDG_CONFIG_HOME } : {}) }
      : { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    GIT_EDITOR: 'false',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    ...(options.indexFile ? { GIT_INDEX_FILE: options.indexFile } : {}),
    ...options.env,
  };
}

function start(argv: string[], options: GitOptions): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', argv, {
      cwd: options.cwd ?? '/',
      env: environment(options),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const limit = options.maxBytes ?? maxBytesByDefault;
    const out: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) out.push(chunk);
      else child.kill();
    });
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-keptErrorText)));
    // A git that does not read all of its input says why on standard error; the broken pipe adds nothing.
    child.stdin?.on('error', () => undefined);
    child.on('error', (error) => reject(startError(error, options)));
    child.on('close', (exit) => {
      if (bytes > limit) reject(tooMuch(argv, limit));
      else resolve({ exit: exit ?? -1, stdout: Buffer.concat(out), stderr });
    });
    child.stdin?.end(options.input);
  });
}

function startError(error: Error, options: GitOptions): FactoryError {
  if (options.signal?.aborted) {
    return new FactoryError('cancelled', 'The git command was cancelled.', {
      hint: 'Start it again when you are ready.',
      cause: error,
    });
  }
  return missingGit(error);
}

function tooMuch(argv: string[], limit: number): FactoryError {
  return new FactoryError('failed', `git answered with more than ${limit} bytes: git ${argv.join(' ')}.`, {
    hint: 'Take large generated files out of the folder, or ignore them with .gitignore.',
  });
}

function failure(args: readonly string[], answer: GitAnswer, options: GitOptions): FactoryError {
  const where = options.workTree ?? options.gitDir ?? options.cwd ?? '/';
  const cause = new Error(`git ${args.join(' ')} ended with ${answer.exit}: ${answer.stderr}`);
  const advice = adviceFor(answer.stderr);
  if (advice) {
    return new FactoryError('environment', `git ${args[0]} could not finish in ${where}: ${advice.says}.`, {
      hint: advice.hint,
      cause,
    });
  }
  const said = lastWord(answer.stderr) || `it ended with ${answer.exit}`;
  return new FactoryError('failed', `git ${args[0]} failed in ${where}: ${said}.`, {
    hint: 'Check the repository with `git fsck`, then try again.',
    cause,
  });
}

/** The line of git's error output that says what is wrong. */
function lastWord(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() && !line.startsWith('hint:'));
  const said = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? '';
  return said.replace(/^(fatal|error): /, '').replace(/\.$/, '');
}

/** Answers by PATH, so that git is asked for its version once. */
const checked = new Map<string, Promise<void>>();

/** Throws unless the git on `PATH` is there and new enough. */
function requireGit(PATH: string): Promise<void> {
  let check = checked.get(PATH);
  if (!check) {
    check = checkVersion();
    checked.set(PATH, check);
    // A git that is installed later must be found, so only a good answer is kept.
    check.catch(() => checked.delete(PATH));
  }
  return check;
}

async function checkVersion(): Promise<void> {
  const { stdout } = await start(['version'], {});
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout.toString()) ?? [];
  const [wantMajor, wantMinor] = needed;
  if (+major > wantMajor || (+major === wantMajor && +minor >= wantMinor)) return;
  throw new FactoryError(
    'environment',
    `git ${major}.${minor} is too old: git ${needed.join('.')} is needed.`,
    {
      hint: 'Install a newer git, for example with your system’s package manager.',
    },
  );
}

function missingGit(error: Error): FactoryError {
  const says =
    codeOf(error) === 'ENOENT' ? 'git was not found on PATH' : `git did not start: ${error.message}`;
  return new FactoryError('environment', `${says}.`, {
    hint: `Install git ${needed.join('.')} or newer, for example with your system’s package manager.`,
    cause: error,
  });
}
