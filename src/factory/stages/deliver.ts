import { createHash } from 'node:crypto';
import path from 'node:path';
import { reduce } from '../../shared/reduce';
import type { AnyEvent, Plan } from '../../shared/events';
import { deliverBranch } from '../../workspace/deliver';
import { changedFiles, commitTree, trailers, treeOf } from '../../workspace/commits';
import { atomicWrite } from '../../workspace/files';
import { autonomyOf } from '../policy';
import { placeOf, renderReport } from '../report';
import { gate, type Run, scopeOf, stage } from '../run';
import { type Statistics, statisticsOf } from '../statistics';
import { checks } from './verify';

/** Hands over a branch, or outside of git a patch, with evidence. Answers where the result is. */
export function deliver(run: Run, plan: Plan, candidate: string): Promise<string> {
  return stage(run, 'deliver', 1, async (scope) => {
    await markDone(run, plan, candidate);
    if (autonomyOf(run.policy, run.spec.category, plan.tasks) !== 'lights-out') {
      await gate(run, 'delivery', 'The accepted result waits for a person before its branch is delivered.');
    }
    const { engine } = run;
    const branch = await engine.step(
      'deliver.branch',
      'branch',
      scopeOf(run, 'branch', scope.span),
      async () => {
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
        };
      },
    );
    await engine.step('deliver.report', 'report', scopeOf(run, 'report', scope.span), async () => {
      const text = renderReport(reduce(engine.journal.events), statisticsFor(run));
      const file = path.join(run.dir, 'report.md');
      await atomicWrite(file, text);
      return { file: 'report.md', digest: createHash('sha256').update(text).digest('hex') };
    });
    return { note: branch.patch ?? branch.branch, value: placeOf({ name: branch.branch, ...branch }) };
  });
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
    const evidence = [...ran, ...hidden.map((verdict) => verdict.scenario)];
    if (files.length === 0 || evidence.length === 0) continue;
    run.engine.emit(
      'requirement.done',
      { requirement: id, files, checks: evidence },
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
