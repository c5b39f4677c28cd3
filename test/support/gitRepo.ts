import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const identity = {
  GIT_AUTHOR_NAME: 'Person',
  GIT_AUTHOR_EMAIL: 'person@example.com',
  GIT_COMMITTER_NAME: 'Person',
  GIT_COMMITTER_EMAIL: 'person@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** A temporary folder that {@link removeFolders} removes. */
export function temporaryFolder(name = 'folder'): string {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), `dark-factory-${name}-`)));
  made.push(dir);
  return dir;
}

const made: string[] = [];

/** Removes every folder that {@link temporaryFolder} made. */
export function removeFolders(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** Writes files below a folder; keys are paths. */
export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Git as the person runs it in their folder. */
export function personGit(dir: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: dir, env: { ...process.env, ...identity }, stdio: 'pipe' })
    .toString()
    .trim();
}

/** A git repository of a person with one commit of the given files. */
export function personRepository(files: Readonly<Record<string, string>>): string {
  const dir = temporaryFolder('person');
  personGit(dir, 'init', '-q', '-b', 'main');
  writeFiles(dir, files);
  personGit(dir, 'add', '-A');
  personGit(dir, 'commit', '-q', '--allow-empty', '-m', 'first');
  return dir;
}
