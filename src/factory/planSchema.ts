import * as z from 'zod/mini';
import type { Plan } from '../shared/events';
import type { Spec } from '../shared/spec';
import { governedMatcher } from '../workspace/governed';
import { governedPatterns, type Policy } from './policy';

const strings = z.array(z.string());

/** Shape of what the planner submits. */
const planSchema = z.object({
  interfaces: strings,
  assumptions: strings,
  tasks: z.array(
    z.object({
      id: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9-]{0,23}$/)),
      title: z.string().check(z.minLength(1), z.maxLength(80)),
      role: z.enum(['implementer', 'tester']),
      requirements: strings,
      dependsOn: strings,
      files: strings,
      category: z.string(),
      novel: z.boolean(),
      instructions: z.string(),
    }),
  ),
});

/** The same as JSON Schema, for the planner's tool. */
export const planJsonSchema = z.toJSONSchema(planSchema) as { type: 'object' };

/** The plan in what a planner submitted, or the reasons why it is none. */
export function readPlan(input: unknown, spec: Spec, policy: Policy): { plan: Plan } | { reasons: string[] } {
  const read = planSchema.safeParse(input);
  if (!read.success) {
    return {
      reasons: read.error.issues.map((issue) => `${issue.path.join('.') || 'plan'}: ${issue.message}`),
    };
  }
  const reasons = checkPlan(read.data, spec, policy);
  return reasons.length ? { reasons } : { plan: read.data };
}

/** Why a plan cannot be worked on; empty when it can. */
function checkPlan(plan: Plan, spec: Spec, policy: Policy): string[] {
  const ids = plan.tasks.map((task) => task.id);
  const known = new Set(spec.requirements.map((requirement) => requirement.id));
  const isGoverned = governedMatcher(governedPatterns(policy, spec));
  const reasons: string[] = [];
  for (const [at, id] of ids.entries()) {
    if (ids.indexOf(id) !== at) reasons.push(`Task id ${id} is used twice.`);
  }
  for (const task of plan.tasks) {
    for (const id of task.dependsOn) {
      if (!ids.includes(id)) reasons.push(`Task ${task.id} depends on ${id}, which is not a task.`);
    }
    for (const id of task.requirements) {
      if (!known.has(id))
        reasons.push(`Task ${task.id} covers ${id}, which the specification does not have.`);
    }
    for (const file of task.files) {
      if (isGoverned(file)) reasons.push(`Task ${task.id} would change ${file}, which is governed.`);
    }
    if (task.category !== '' && !(task.category in policy.categories)) {
      const names = Object.keys(policy.categories).join(', ');
      reasons.push(`Task ${task.id} has the category ${task.category}; the policy knows ${names}.`);
    }
  }
  const implementers = plan.tasks.filter((task) => task.role === 'implementer');
  const covered = new Set(implementers.flatMap((task) => task.requirements));
  for (const { id, modality } of spec.requirements) {
    if (modality !== 'MAY' && !covered.has(id)) reasons.push(`No implementer task covers ${id}.`);
  }
  if (reasons.length === 0) reasons.push(...cycles(plan));
  return reasons;
}

/** Tasks that wait for each other. */
function cycles(plan: Plan): string[] {
  const waiting = new Map(plan.tasks.map((task) => [task.id, new Set(task.dependsOn)]));
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    const ready = [...waiting].filter(([, on]) => on.size === 0).map(([id]) => id);
    for (const id of ready) {
      waiting.delete(id);
      for (const on of waiting.values()) on.delete(id);
    }
  }
  return waiting.size ? [`These tasks wait for each other: ${[...waiting.keys()].join(', ')}.`] : [];
}
