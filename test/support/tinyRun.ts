import { globSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sealOf } from '../../src/factory/ownRun';
import type { AnyEvent } from '../../src/shared/events';
import { reduce } from '../../src/shared/reduce';
import type { RunState } from '../../src/shared/runState';
import { openAnchor } from '../../src/trace/seal';
import { readJournal } from '../../src/trace/tail';
import { storeKey } from '../../src/workspace/storeKey';
import { cli, type CliResult, type RunningCli, startCli } from './cli';
import { personGit } from './gitRepo';
import type { TinyProject } from './tinyProject';

/** What every live run is started with. */
export const testKey = { ANTHROPIC_API_KEY: 'sk-test-key' };

/** The command that runs a tiny project against an endpoint. */
export function runArgs({ spec, store, holdouts }: TinyProject, baseUrl: string): string[] {
  return ['run', spec, '--store', store, '--holdouts', holdouts, '--base-url', baseUrl];
}

export function startTiny(project: TinyProject, baseUrl: string, ...more: string[]): RunningCli {
  return startCli([...runArgs(project, baseUrl), ...more], testKey);
}

export function runTiny(project: TinyProject, baseUrl: string, ...more: string[]): Promise<CliResult> {
  return startTiny(project, baseUrl, ...more).done;
}

/** Goes on with the only run of the store. */
export function resumeTiny({ store }: TinyProject, ...more: string[]): Promise<CliResult> {
  const [id = ''] = runIds(store);
  return cli(['resume', id, '--store', store, ...more], testKey);
}

/** Folders of all runs of a store. */
export function runFolders(store: string): string[] {
  return globSync('workspaces/*/runs/*', { cwd: store }).map((dir) => path.join(store, dir));
}

export function runIds(store: string): string[] {
  return runFolders(store).map((dir) => /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '');
}

/**
 * Makes a run's record end at these lines, as if the machine had died before more was on the disk: the anchor is put
 * back as well, which only the key of the store can do.
 */
export async function rewind(store: string, dir: string, lines: readonly string[]): Promise<void> {
  const seal = sealOf(dir, await storeKey(store));
  writeFileSync(path.join(dir, 'journal.jsonl'), lines.map((line) => `${line}\n`).join(''));
  rmSync(seal.anchor, { force: true });
  const last = lines.at(-1);
  const anchor = openAnchor(seal);
  if (last !== undefined) anchor.write(lines.length, (JSON.parse(last) as AnyEvent).hash);
  anchor.close();
}

/** State of the only run of the store. */
export async function stateOfRun(store: string): Promise<RunState> {
  const [dir = ''] = runFolders(store);
  return reduce(await readJournal(path.join(dir, 'journal.jsonl')));
}

/** Turns whose answer the journal of the only run holds, as `agent turn` with turns from 0 as an endpoint counts. */
export async function answeredTurns(store: string): Promise<string[]> {
  const [dir = ''] = runFolders(store);
  const events = await readJournal(path.join(dir, 'journal.jsonl'));
  return events.flatMap((event) =>
    event.type === 'chat.finished' ? [`${event.data.agent} ${event.data.turn - 1}`] : [],
  );
}

/** Names of the branches a factory left in a repository. */
export function factoryBranches(folder: string): string[] {
  return personGit(folder, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/factory')
    .split('\n')
    .filter(Boolean);
}
