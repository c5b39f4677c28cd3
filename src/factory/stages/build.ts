import { debuggerRole } from '../../agents/debugger';
import { implementer } from '../../agents/implementer';
import { tester } from '../../agents/tester';
import type { EventData, Plan, PlanTask } from '../../shared/events';
import { changedFiles, mergeCommits } from '../../workspace/commits';
import { runRole } from '../agent';
import { inParallel } from '../parallel';
import { conflictPrompt, taskPrompt } from '../prompts';
import { latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';

type TaskResult = EventData['task.finished'];

/** Runs ready tasks in parallel up to the limit and merges them in the plan's order. Answers the merged commit. */
export function build(run: Run, plan: Plan): Promise<string> {
  return stage(run, 'build', 1, async (scope) => {
    let candidate = run.repo.snapshot;
    const merged = new Set<string>();
    // Tasks of one wave depend on nothing unfinished; waves keep the merge order the same at every resume.
    while (merged.size < plan.tasks.length) {
      const wave = plan.tasks.filter(
        (task) => !merged.has(task.id) && task.dependsOn.every((id) => merged.has(id)),
      );
      const base = candidate;
      const results = await inParallel(wave, run.policy.budget.parallel, (task) =>
        runTask(run, plan, task, testerBase(run, task, base), scope.span),
      );
      for (const [at, task] of wave.entries()) {
        candidate = await merge(run, task, candidate, results[at]!.commit, scope.span);
        merged.add(task.id);
      }
    }
    const files = await changedFiles(run.repo, run.repo.snapshot, candidate);
    return { note: `${plan.tasks.length} tasks, ${files.length} files`, value: candidate };
  });
}

/** A tester works on the untouched snapshot: it must not see the implementation. */
function testerBase(run: Run, task: PlanTask, base: string): string {
  return task.role === 'tester' ? run.repo.snapshot : base;
}

async function runTask(
  run: Run,
  plan: Plan,
  task: PlanTask,
  base: string,
  parent: string,
): Promise<TaskResult> {
  const key = `task/${task.id}`;
  const scope = scopeOf(run, key, parent);
  if (!run.engine.result('task.finished', key)) {
    run.engine.emit('task.started', { task: task.id, title: task.title, role: task.role }, scope);
  }
  const finished = await run.engine.step('task.finished', key, scope, async () => {
    const result = await runRole(run, {
      name: `${task.id}.${task.role}`,
      role: task.role === 'tester' ? tester : implementer,
      task: task.id,
      prompt: taskPrompt(run, plan, task),
      base,
      parent: scope.span,
    });
    const files = await changedFiles(run.repo, base, result.commit);
    return { task: task.id, ok: result.ok, reason: result.reason, commit: result.commit, files };
  });
  if (finished.ok) return finished;
  throw new RunEnded({
    outcome: 'failed',
    reason: `Task ${task.id} (${task.title}) was not finished: ${finished.reason}`,
    decidedBy: latestEvent(run),
  });
}

/** The candidate with a task's work in it; what git cannot merge goes to a debugger. */
async function merge(
  run: Run,
  task: PlanTask,
  ours: string,
  theirs: string,
  parent: string,
): Promise<string> {
  const result = await mergeCommits(run.repo, ours, theirs, `Merge ${task.id}: ${task.title}`);
  if ('commit' in result) return result.commit;
  const name = `${task.id}.merge`;
  const resolved = await runRole(run, {
    name,
    role: debuggerRole,
    task: task.id,
    prompt: conflictPrompt(run, task, result.conflicts),
    base: result.marked,
    parent,
  });
  if (resolved.ok) return resolved.commit;
  throw new RunEnded({
    outcome: 'failed',
    reason: `The conflict of task ${task.id} in ${result.conflicts.join(', ')} was not resolved: ${resolved.reason}`,
    decidedBy: latestEvent(run),
  });
}
