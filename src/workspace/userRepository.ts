import { git, gitAnswer, gitLine } from './git';

/** Where git keeps what belongs to a folder of the person's. All paths are absolute. */
export interface UserRepository {
  gitDir: string;
  topLevel: string;
  /** Path of the folder below `topLevel` with a slash at its end, or `''`. */
  prefix: string;
  index: string;
  objects: string;
  exclude: string;
  objectFormat: 'sha1' | 'sha256';
  /** Id of the HEAD commit; null before the first one. */
  head: string | null;
}

/**
 * Finds the repository that a folder is part of, by reading only; null when there is none, or when the folder is one
 * that its repository ignores.
 */
export async function findUserRepository(folder: string): Promise<UserRepository | null> {
  const found = await gitAnswer(
    [
      'rev-parse',
      '--path-format=absolute',
      '--absolute-git-dir',
      '--show-toplevel',
      '--git-path',
      'index',
      '--git-path',
      'objects',
      '--git-path',
      'info/exclude',
      '--show-object-format',
      '--show-prefix',
    ],
    { cwd: folder, answers: [128] },
  );
  if (found.exit !== 0) return null;
  const [gitDir, topLevel, index, objects, exclude, format, prefix = ''] = found.stdout
    .toString()
    .split('\n');
  if (!gitDir || !topLevel || !index || !objects || !exclude) return null;
  if (prefix && (await isIgnored(gitDir, topLevel, prefix))) return null;
  return {
    gitDir,
    topLevel,
    prefix,
    index,
    objects,
    exclude,
    objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
    head: await headOf(gitDir),
  };
}

async function isIgnored(gitDir: string, workTree: string, prefix: string): Promise<boolean> {
  const answer = await gitAnswer(['check-ignore', '-q', `./${prefix}`], {
    gitDir,
    workTree,
    cwd: workTree,
    // This command takes paths only and refuses to be told so.
    env: { GIT_LITERAL_PATHSPECS: '0' },
    answers: [1],
  });
  return answer.exit === 0;
}

async function headOf(gitDir: string): Promise<string | null> {
  const answer = await gitAnswer(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], {
    gitDir,
    answers: [1, 128],
  });
  return answer.exit === 0 ? answer.stdout.toString().trim() : null;
}

const relevant =
  '^core\\.(autocrlf|eol|safecrlf|filemode|symlinks|ignorecase|precomposeunicode|excludesfile)$';

/** The person's settings that decide how files become content; reading them runs nothing. */
export async function userSettings(folder: string, gitDir?: string): Promise<Map<string, string>> {
  const { stdout } = await gitAnswer(['config', '-z', '--get-regexp', relevant], {
    ...(gitDir ? { gitDir } : {}),
    cwd: folder,
    personal: true,
    answers: [1],
  });
  return new Map(
    stdout
      .toString()
      .split('\0')
      .filter(Boolean)
      .map((entry) => {
        const [key = '', ...value] = entry.split('\n');
        return [key, value.join('\n')];
      }),
  );
}

/** The address of the repository's first remote without credentials, or null. */
export async function remoteOf(folder: string): Promise<string | null> {
  const repository = await findUserRepository(folder);
  if (!repository) return null;
  const { gitDir } = repository;
  const names = (await git(['remote'], { gitDir })).split('\n').filter(Boolean);
  const name = names.includes('origin') ? 'origin' : names[0];
  if (!name) return null;
  const address = await gitLine(['config', '--get', `remote.${name}.url`], { gitDir, answers: [1] });
  if (!address) return null;
  const plain = address.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1').replace(/(\.git)?\/*$/, '');
  return `${plain}/${repository.prefix}`;
}
