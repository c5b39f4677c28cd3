import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { refuseEarlier } from '../factory/kept';
import { ruleFault } from '../factory/ruleLint';
import { FactoryError } from '../shared/errors';
import type { ActiveFile } from '../shared/events';
import { reduce } from '../shared/reduce';
import type { RuleProposal, RunState } from '../shared/runState';
import { readOwn } from '../trace/journal';
import type { Seal } from '../trace/seal';
import { activeFiles } from '../workspace/activeFiles';
import { changedFiles, readAt, treeOf } from '../workspace/commits';
import { createFactoryRepo } from '../workspace/factoryRepo';
import { mergeResult, undoMerge, type FolderMerge } from '../workspace/mergeResult';
import type { FactoryRepo } from '../workspace/repository';

/** One changed file; `path` is relative to the open folder, with slashes. */
export interface Change {
  path: string;
  before: boolean;
  after: boolean;
}

/** What a run changed between its snapshot of the open folder, `from`, and its result, `to`. */
export interface Changes {
  from: string;
  to: string;
  files: Change[];
  /** Those that some program acts on by itself, deleted ones included. */
  active: ActiveFile[];
}

/** @throws FactoryError when the run has delivered nothing. */
export async function changesOf(dir: string, seal: Seal): Promise<Changes> {
  const { repo, to } = await resultOf(dir, seal);
  const from = repo.snapshot;
  const has = async (commit: string, file: string) => (await readAt(repo, commit, file)) !== undefined;
  const files: Change[] = [];
  for (const file of await changedFiles(repo, from, to)) {
    files.push({ path: file, before: await has(from, file), after: await has(to, file) });
  }
  return { from, to, files, active: await activeFiles(repo, from, to) };
}

/** Text of a file in a commit of the run's own repository: read from its objects, nothing is checked out. */
export async function fileOf(
  dir: string,
  seal: Seal,
  { commit, file }: { commit: string; file: string },
): Promise<string> {
  const { repo } = await resultOf(dir, seal);
  const content = (await readAt(repo, commit, file)) ?? '';
  return content.includes('\0') ? `(binary, ${String(content.length)} characters)\n` : content;
}

/** The report of a run, as Markdown. @throws FactoryError when it has none, or it was changed. */
export async function reportOf(dir: string, seal: Seal): Promise<string> {
  const { report } = stateOf(dir, seal);
  if (report) {
    const text = await readFile(path.join(dir, path.basename(report.file)), 'utf8');
    if (hash('sha256', text) === report.digest) return text;
    throw new FactoryError('failed', `The report of the run in ${dir} is not the one that was delivered.`, {
      hint: 'It was changed since: start a new run.',
    });
  }
  throw new FactoryError('bad-input', `The run in ${dir} has no report.`, {
    hint: 'A report is written when a result is delivered; the timeline shows why there is none.',
  });
}

/** What agents of a run would like to have in CLAUDE.md; refused again here, as a person is to accept it. */
export function proposalsOf(dir: string, seal: Seal): RuleProposal[] {
  return stateOf(dir, seal).proposals.filter(({ rule, why }) => ruleFault(rule, why) === undefined);
}

/**
 * Brings the result of a run into the open folder, beside what the person changed meanwhile.
 * @param seen what the person was shown and agreed to
 * @throws FactoryError when the result is not what was seen any more
 */
export async function mergeOf(dir: string, seal: Seal, seen: Changes): Promise<FolderMerge> {
  const { repo, to } = await resultOf(dir, seal);
  if (to !== seen.to) {
    throw new FactoryError(
      'needs-human',
      `The run in ${dir} has another result than the one you were shown.`,
      {
        hint: 'Review it, then merge again. Nothing was changed.',
      },
    );
  }
  return mergeResult(repo, { result: to, agreed: seen.active.map((file) => file.path) });
}

/** Takes a merge back. */
export async function undoOf(dir: string, seal: Seal, merge: FolderMerge): Promise<FolderMerge> {
  const { repo } = await resultOf(dir, seal);
  return undoMerge(repo, merge);
}

/** The result by its id; branches of that name may have moved since and are not asked. */
async function resultOf(dir: string, seal: Seal): Promise<{ repo: FactoryRepo; to: string }> {
  const { branch, header } = stateOf(dir, seal);
  if (branch && header) {
    const repo = await createFactoryRepo(path.join(dir, 'repo'), header.workspace);
    if ((await treeOf(repo, branch.commit)) === branch.tree) return { repo, to: branch.commit };
    throw new FactoryError('failed', `The result of the run in ${dir} is not the tree that was judged.`, {
      hint: 'The record of this run was changed: start a new run.',
    });
  }
  throw new FactoryError('bad-input', `The run in ${dir} has delivered no result.`, {
    hint: 'The timeline shows why.',
  });
}

/** What the record tells, once it is known to be as it was left: a person acts on it. */
function stateOf(dir: string, seal: Seal): RunState {
  refuseEarlier(dir);
  return reduce(readOwn(path.join(dir, 'journal.jsonl'), seal).events);
}
