import { planner } from '../../agents/planner';
import type { AgentTool } from '../../agents/tools';
import { FactoryError } from '../../shared/errors';
import type { Plan } from '../../shared/events';
import type { Scope } from '../../trace/journal';
import { runRole } from '../agent';
import { planJsonSchema, readPlan } from '../planSchema';
import { autonomyOf } from '../policy';
import { planPrompt } from '../prompts';
import { gate, latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';

const mostAttempts = 4;

/** Turns the spec into a task graph that code has checked, and asks a person where the policy says so. */
export function plan(run: Run): Promise<Plan> {
  return stage(run, 'plan', 1, async (scope) => {
    const made = await run.engine.step('plan.made', 'plan', scopeOf(run, 'plan', scope.span), async () => {
      const result = await runRole(run, {
        name: 'planner',
        role: planner,
        prompt: planPrompt(run),
        base: run.repo.snapshot,
        parent: scope.span,
        extraTools: [submitPlan(run, scope)],
        finished: () => acceptedPlan(run) !== undefined,
      });
      const accepted = acceptedPlan(run);
      if (accepted) return { plan: accepted };
      throw new RunEnded({
        outcome: 'failed',
        reason: `The planner ended without a plan: ${result.reason}`,
        decidedBy: latestEvent(run),
      });
    });
    if (autonomyOf(run.policy, run.spec.category, made.plan.tasks) === 'approve-plan') {
      await gate(
        run,
        'plan',
        `The plan of ${made.plan.tasks.length} tasks waits for a person, as the policy says.`,
      );
    }
    return { note: `${made.plan.tasks.length} tasks`, value: made.plan };
  });
}

/** The plan that was handed in and accepted, read from the journal so that a crash does not lose it. */
function acceptedPlan(run: Run): Plan | undefined {
  for (const event of run.engine.journal.events) {
    if (event.type !== 'tool.finished' || event.data.name !== 'submit_plan' || !event.data.ok) continue;
    const read = readPlan(JSON.parse(run.engine.journal.read(event.data.input)), run.spec, run.policy);
    if ('plan' in read) return read.plan;
  }
  return undefined;
}

/** A tool that takes the plan; one that cannot be worked on goes back with the reasons. */
function submitPlan(run: Run, scope: Scope): AgentTool {
  return {
    definition: {
      name: 'submit_plan',
      description: 'Hands in the finished plan. Answers with reasons when it cannot be worked on.',
      input_schema: planJsonSchema,
    },
    summary: () => 'hand in the plan',
    touches: () => [],
    run(input) {
      const read = readPlan(input, run.spec, run.policy);
      if ('plan' in read) return Promise.resolve({ ok: true, text: 'The plan is accepted.' });
      const { events } = run.engine.journal;
      const attempt = 1 + events.filter((event) => event.type === 'plan.refused').length;
      run.engine.emit('plan.refused', { attempt, reasons: read.reasons }, scope);
      if (attempt < mostAttempts) {
        return Promise.resolve({ ok: false, text: `The plan was refused:\n- ${read.reasons.join('\n- ')}` });
      }
      throw new FactoryError('failed', `${attempt} plans could not be worked on: ${read.reasons[0]}`, {
        hint: 'Make the specification clearer, or choose another model with --role planner=ID.',
      });
    },
  };
}
