import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { reduce } from '../shared/reduce';
import type { RunState } from '../shared/runState';
import { readJournal } from '../trace/tail';
import { changedFiles, fileAt, type ChangedFile } from '../workspace/commits';
import { openFactoryRepo } from '../workspace/factoryRepo';
import type { FactoryRepo } from '../workspace/repository';

/** What a run changed between its snapshot of the workspace, `from`, and its result, `to`. */
export interface Changes {
  from: string;
  to: string;
  files: ChangedFile[];
}

/** @throws FactoryError when the run has delivered nothing. */
export async function changesOf(dir: string): Promise<Changes> {
  const { repo, to } = await resultOf(dir);
  return { from: repo.snapshot, to, files: await changedFiles(repo, repo.snapshot, to) };
}

/** Text of a file in a commit of the run's own repository: read from its objects, nothing is checked out. */
export async function fileOf(dir: string, commit: string, file: string): Promise<string> {
  const content = await fileAt(await openRepo(dir), commit, file);
  if (!content) return '';
  return content.includes(0) ? `(binary, ${String(content.length)} bytes)\n` : content.toString('utf8');
}

/** The report of a run, as Markdown. @throws FactoryError when it has none. */
export async function reportOf(dir: string): Promise<string> {
  const { report } = await stateOf(dir);
  if (report) return readFile(path.join(dir, path.basename(report.file)), 'utf8');
  throw new FactoryError('bad-input', `The run in ${dir} has no report.`, {
    hint: 'A report is written when a result is delivered; the timeline shows why there is none.',
  });
}

async function resultOf(dir: string): Promise<{ repo: FactoryRepo; to: string }> {
  const { branch } = await stateOf(dir);
  if (branch) return { repo: await openRepo(dir), to: branch.commit };
  throw new FactoryError('bad-input', `The run in ${dir} has delivered no result.`, {
    hint: 'The timeline shows why.',
  });
}

const openRepo = (dir: string): Promise<FactoryRepo> => openFactoryRepo(path.join(dir, 'repo'));

async function stateOf(dir: string): Promise<RunState> {
  return reduce(await readJournal(path.join(dir, 'journal.jsonl')));
}
