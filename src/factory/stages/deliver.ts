import { createHash } from 'node:crypto';
import path from 'node:path';
import { reduce } from '../../shared/reduce';
import type { ActiveFile, AnyEvent, Plan } from '../../shared/events';
import { activeFiles } from '../../workspace/activeFiles';
import { deliverBranch } from '../../workspace/deliver';
import { changedFiles, commitTree, diffText, trailers, treeOf } from '../../workspace/commits';
import { atomicWrite } from '../../workspace/files';
import { governedChanges, treeFaults } from '../../workspace/treeCheck';
import { publicPem, signEvidence, statementOf } from '../evidence';
import { autonomyOf } from '../policy';
import { evidenceFile, publicKeyFile } from '../proof';
import { gate, latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';
import { placeOf, renderReport } from '../report';
import { type Statistics, statisticsOf } from '../statistics';
import { checks } from './verify';

/** How many active files a sentence names; the report names all. */
const mostNamed = 5;

/** Hands over a branch, or outside of git a patch, with evidence. Answers where the result is. */
export function deliver(run: Run, plan: Plan, candidate: string): Promise<string> {
  return stage(run, 'deliver', 1, async (scope) => {
    await markDone(run, plan, candidate);
    await refuseUndeliverable(run, candidate);
    const active = await activeFiles(run.repo, run.repo.snapshot, candidate);
    if (autonomyOf(run.policy, run.spec.category, plan.tasks) !== 'lights-out') {
      const waits = 'The accepted result waits for a person before its branch is delivered.';
      await gate(run, 'delivery', active.length ? `${waits} It has ${activeNote(active)}.` : waits);
    }
    const { engine } = run;
    const branch = await engine.step(
      'deliver.branch',
      'branch',
      scopeOf(run, 'branch', scope.span),
      async () => {
        await run.watch(
          'delivered change',
          await diffText(run.repo, run.repo.snapshot, candidate),
          candidate,
        );
        const tree = await treeOf(run.repo, candidate);
        const requirements = run.spec.requirements.map((requirement) => requirement.id);
        const verdict = verdictOf(run);
        const origin = trailers({ run: run.id, requirements, journal: verdict.hash });
        const message = `${run.spec.title}\n\n${origin}`;
        const date = `@${Math.floor(verdict.at / 1000)} +0000`;
        const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
        const commit = await commitTree(run.repo, tree, [run.repo.snapshot], message, dates);
        const name = `factory/${path.basename(run.dir)}`;
        return {
          ...(await deliverBranch({
            repo: run.repo,
            commit,
            folder: run.workspace,
            branch: name,
            dir: run.dir,
          })),
          commit,
          tree,
          ...(active.length ? { active } : {}),
        };
      },
    );
    await engine.step('deliver.report', 'report', scopeOf(run, 'report', scope.span), async () => {
      const text = renderReport(reduce(engine.journal.events), statisticsFor(run));
      await run.watch('report', text, 'report.md');
      const file = path.join(run.dir, 'report.md');
      await atomicWrite(file, text);
      return { file: 'report.md', digest: createHash('sha256').update(text).digest('hex') };
    });
    await engine.step('deliver.evidence', 'evidence', scopeOf(run, 'evidence', scope.span), () =>
      testify(run),
    );
    const place = placeOf({ name: branch.branch, ...branch });
    const value = branch.active ? `${place}; it has ${activeNote(branch.active)}` : place;
    return { note: branch.patch ?? branch.branch, value };
  });
}

/** Writes the signed evidence, and the public key it is checked with, beside the report. */
async function testify(run: Run): Promise<{ file: string; digest: string }> {
  const { engine } = run;
  const { events, head } = engine.journal;
  const sealed = engine.result('run.sealed', 'seal')?.digests ?? {};
  const statement = statementOf(reduce(events), sealed, head);
  if (!statement) throw new Error('evidence before the report');
  const text = signEvidence(statement, run.signingKey);
  await atomicWrite(path.join(run.dir, publicKeyFile), publicPem(run.signingKey));
  await atomicWrite(path.join(run.dir, evidenceFile), text);
  return { file: evidenceFile, digest: createHash('sha256').update(text).digest('hex') };
}

/** As part of a sentence about what is delivered. */
function activeNote(active: readonly ActiveFile[]): string {
  const shown = active.slice(0, mostNamed).map((file) => file.path);
  const more = active.length > mostNamed ? ` and ${active.length - mostNamed} more` : '';
  const files = active.length === 1 ? '1 active file' : `${active.length} active files`;
  return `${files} to look at before merging (${shown.join(', ')}${more})`;
}

/**
 * What rounds undo or leave out may still come together when tasks are merged.
 * @throws RunEnded 'rejected'
 */
async function refuseUndeliverable(run: Run, candidate: string): Promise<void> {
  const decidedBy = latestEvent(run);
  const [fault] = await treeFaults(run.repo, candidate);
  if (fault) {
    const reason = `The result holds ${fault.path}, which is not handed over: ${fault.reason}.`;
    throw new RunEnded({ outcome: 'rejected', reason, decidedBy });
  }
  const governed = await governedChanges(run.repo, run.repo.snapshot, candidate, run.governed);
  if (governed.length === 0) return;
  const reason = `The result changes governed files: ${governed.join(', ')}.`;
  throw new RunEnded({ outcome: 'rejected', reason, decidedBy });
}

/** The end of the last judging: the same after a crash, so that delivering again makes the same commit. */
function verdictOf(run: Run): AnyEvent {
  const judged = run.engine.journal.events.filter(
    (event) => event.type === 'stage.finished' && event.data.stage === 'validate',
  );
  return judged.at(-1)!;
}

/** A requirement is done when a changed file and an executed check say so. */
async function markDone(run: Run, plan: Plan, candidate: string): Promise<void> {
  const changed = new Set(await changedFiles(run.repo, run.repo.snapshot, candidate));
  const state = reduce(run.engine.journal.events);
  const ran = checks.filter((name) => run.spec.commands[name] !== undefined);
  for (const { id, done } of state.requirements) {
    if (done === 'pass') continue;
    const tasks = plan.tasks.filter((task) => task.requirements.includes(id));
    const touched = state.tasks
      .filter((task) => tasks.some((one) => one.id === task.id))
      .flatMap((task) => task.changed);
    const files = [...new Set(touched)].filter((file) => changed.has(file));
    const hidden = state.verdicts.filter((verdict) => verdict.passed && verdict.covers.includes(id));
    const evidence = [
      ...ran,
      ...hidden.map(({ scenario, shown }) => (shown ? scenario : 'hidden scenarios')),
    ];
    if (files.length === 0 || evidence.length === 0) continue;
    run.engine.emit(
      'requirement.done',
      { requirement: id, files, checks: [...new Set(evidence)] },
      scopeOf(run, `done/${id}`, scopeOf(run, 'run').span),
    );
  }
}

function statisticsFor(run: Run): Statistics {
  return statisticsOf({
    events: run.engine.journal.events,
    scenarios: run.vault?.list() ?? [],
    requirements: run.spec.requirements,
    accept: run.policy.holdouts.accept,
    asked: (sealed) => run.vault?.asked(sealed) ?? 0,
    visible: checks.some((name) => run.spec.commands[name] !== undefined),
  });
}
