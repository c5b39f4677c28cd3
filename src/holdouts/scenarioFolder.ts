import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import type { ScenarioProblem } from './scenario';
import type { SuiteFiles } from './suiteFiles';

const ending = /\.scenario\.ya?ml$/;
const maxBytes = 1024 * 1024;

export interface ScenarioFile {
  /** Relative to the folder, with `/`. */
  file: string;
  text: string;
  /** Of its suite, where it has one and `withSuites` looked. */
  suite?: { files: SuiteFiles } | { problem: ScenarioProblem };
}

/**
 * The scenario files below a folder, in the order of their names. Links are not followed.
 * @throws FactoryError 'bad-input' when the folder cannot be read, holds none, or one is larger than 1 MiB
 */
export async function readScenarioFolder(folder: string): Promise<ScenarioFile[]> {
  const entries = await listed(folder);
  const files = entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) {
    throw new FactoryError('bad-input', `The folder ${folder} holds no scenarios.`, {
      hint: 'Scenario files end in .scenario.yaml.',
    });
  }
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      if (content.length > maxBytes) {
        throw new FactoryError('bad-input', `The scenario file ${file} is larger than 1 MiB.`, {
          hint: 'Split it, or make its data smaller.',
        });
      }
      return { file: path.relative(folder, file).replaceAll(path.sep, '/'), text: content.toString('utf8') };
    }),
  );
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function unreadable(folder: string, cause: unknown): FactoryError {
  return new FactoryError('bad-input', `The scenario folder ${folder} could not be read.`, {
    hint: 'Check the path.',
    cause,
  });
}

/**
 * Refuses a scenario folder that agents could come across: inside the workspace, or anywhere in a repository the
 * workspace belongs to, other worktrees of it included.
 * @param exists false for a folder that is to be made yet
 * @throws FactoryError 'bad-input'
 */
export async function refuseInside(
  folder: string,
  workspace: string,
  { exists = true }: { exists?: boolean } = {},
): Promise<void> {
  const scenarios = exists ? await realFolder(folder) : await futureFolder(path.resolve(folder));
  const work = await realFolder(workspace);
  const refuse = (where: string) => {
    throw new FactoryError('bad-input', `The scenario folder ${folder} lies in ${where}.`, {
      hint: 'Move the scenarios to a folder outside of the project and its git repository, and out of its history.',
    });
  };
  if (contains(work, scenarios)) refuse('the workspace, where agents work');
  if (contains(scenarios, work)) refuse('a folder that holds the workspace');
  const repository = await repositoryOf(work);
  if (repository !== null && repository === (await repositoryOf(scenarios))) {
    refuse('the git repository of the workspace');
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** Where a folder will be when it and what is missing above it are made. */
async function futureFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(folder, error);
    return path.join(await futureFolder(path.dirname(folder)), path.basename(folder));
  }
}

function contains(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return (
    relative === '' ||
    (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}

/** The git directory that all worktrees of a folder's repository share; found by reading, because running git there could run its hooks. */
async function repositoryOf(folder: string): Promise<string | null> {
  const dotGit = path.join(folder, '.git');
  const info = await stat(dotGit).catch(() => null);
  if (info?.isDirectory()) return realpath(dotGit);
  if (info?.isFile()) {
    const pointer = /^gitdir: (.+)$/m.exec(await readFile(dotGit, 'utf8'))?.[1] ?? '.';
    const gitDir = path.resolve(folder, pointer.trim());
    const common = await readFile(path.join(gitDir, 'commondir'), 'utf8').catch(() => '.');
    return realpath(path.resolve(gitDir, common.trim()));
  }
  const parent = path.dirname(folder);
  return parent === folder ? null : repositoryOf(parent);
}
