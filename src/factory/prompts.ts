import { houseRules, type RoleDefinition } from '../agents/role';
import type { Plan, PlanTask } from '../shared/events';
import type { Run } from './run';

/** The stable part of an agent's prompt: same for all agents of a role in a run, so that providers can cache it. */
export function systemPrompt(role: RoleDefinition, constraints: Record<string, string>): string {
  const parts = [houseRules, role.prompt];
  for (const [file, text] of Object.entries(constraints)) {
    parts.push(`The repository's ${file}, which you keep to:\n\n${text.trim()}`);
  }
  return parts.join('\n\n');
}

function specification(run: Run): string {
  return `<specification file="${run.spec.path}">\n${run.spec.text.trim()}\n</specification>`;
}

function commandsOf(run: Run): string {
  const lines = Object.entries(run.spec.commands).map(
    ([name, command]) => `- ${name}: ${typeof command === 'string' ? command : JSON.stringify(command)}`,
  );
  return lines.length ? `Commands of the project:\n${lines.join('\n')}` : 'The project names no commands.';
}

function interfacesOf(plan: Plan): string {
  return `Public interfaces of the plan:\n${plan.interfaces.map((one) => `- ${one}`).join('\n')}`;
}

export function planPrompt(run: Run): string {
  const categories = Object.keys(run.policy.categories).join(', ');
  return `Plan the work for this specification.\n\n${specification(run)}\n\n${commandsOf(run)}\n\nCategories of the policy: ${categories}. Governed files that no task may own: ${run.governed.join(', ')}.`;
}

export function taskPrompt(run: Run, plan: Plan, task: PlanTask): string {
  const others = plan.tasks
    .filter((one) => one.id !== task.id && one.role === 'implementer')
    .map((one) => `- ${one.id} ${one.title} (${one.files.join(', ')})`);
  const parts = [
    `Your task is ${task.id}: ${task.title}`,
    `It covers ${task.requirements.join(', ') || 'no requirement of its own'} and owns ${task.files.join(', ') || 'no file in particular'}.`,
    task.instructions,
    specification(run),
    commandsOf(run),
    interfacesOf(plan),
  ];
  if (task.role === 'implementer' && others.length) parts.push(`Tasks of others:\n${others.join('\n')}`);
  return parts.filter(Boolean).join('\n\n');
}

/** A merge that git could not finish. */
export function conflictPrompt(run: Run, task: PlanTask, files: readonly string[]): string {
  return `Merging task ${task.id} (${task.title}) left conflicts, with git's markers, in:\n${files.map((one) => `- ${one}`).join('\n')}\n\nResolve them so that both sides' behaviour holds.\n\n${specification(run)}\n\n${commandsOf(run)}`;
}

/** A command of the spec that failed. */
export function failurePrompt(
  run: Run,
  name: string,
  command: string,
  status: string,
  output: string,
): string {
  return `The project's ${name} command failed in a clean checkout: \`${command}\` ${status}.\n\n<output>\n${output}\n</output>\n\n${specification(run)}\n\n${commandsOf(run)}`;
}

/** All that a debugger hears about a failed round of hidden checks. */
export function toldPrompt(run: Run, told: string): string {
  return `The project's own commands pass, but hidden checks of the specification fail. All you are told: ${told}\n\n${specification(run)}\n\n${commandsOf(run)}`;
}
