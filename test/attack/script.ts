import { byAgent, type Answer, type Script } from '../support/scriptedModel';
import type { AttackGroup, Target } from './attack';
import { honest, requirementOf } from './project';
import { courtAttacks } from './zoo/court';
import { hostileText } from './zoo/words';

/** Durable name of the agent that makes a group's attacks. */
export const agentOf = ({ id, agent }: AttackGroup): string => agent ?? `${id}.implementer`;

/** The agent whose command lives until somebody has looked at the memory behind the walls. */
export const waiting = { agent: 'memory.implementer', turn: 1, mark: 'held-in-memory-42' } as const;

/** What the waiting command does meanwhile; whoever has looked ends it. */
export const waitingArgv = ({ modelPort }: Target): string[] => ['sleep', `86000.${modelPort}`];

/** Answers of a model that does nothing but attack: a task for each group, and a debugger that hears of the verdict. */
export function attackScript(groups: readonly AttackGroup[], target: Target): Script {
  const tasks = groups.filter(({ agent }) => agent === undefined);
  const plan = {
    interfaces: ['node greet.mjs NAME…', hostileText],
    assumptions: [hostileText],
    tasks: [
      ...tasks.map(({ id, title }) => task(id, title)),
      // After all others, so that what they left is there and nothing else moves.
      task(
        'memory',
        `Wait while memory is read ${hostileText}`.slice(0, 80),
        tasks.map(({ id }) => id),
      ),
    ],
  };
  const turns = Object.fromEntries(groups.map((group) => [agentOf(group), turnsOf(group, target)]));
  return byAgent({
    ...turns,
    planner: [...(turns['planner']?.slice(0, -1) ?? []), use([{ name: 'submit_plan', input: plan }])],
    [waiting.agent]: [
      // The worker has to live as well.
      use([{ name: 'read', input: { file_path: 'CLAUDE.md' } }]),
      use([{ name: 'bash', input: { command: holdStill(target) } }]),
      { content: 'Waited.' },
    ],
  });
}

/** The mark is made at run time, so that it is in memory and in no file. */
const holdStill = (target: Target): string =>
  `mark=held-in-memory-$((6 * 7)); ${waitingArgv(target).join(' ')}; echo "waited with $mark"`;

const use = (calls: readonly { name: string; input: unknown }[]): Answer => ({
  content: calls.map((call) => ({ type: 'tool_use', ...call })),
});

function turnsOf({ attacks }: AttackGroup, target: Target): Answer[] {
  return [...attacks.map((attack) => use(attack.calls(target))), { content: `ACCEPTED. ${hostileText}` }];
}

function task(id: string, title: string, dependsOn: string[] = []): object {
  return {
    ...{ id, title, role: 'implementer', dependsOn, files: [], category: 'api-integration', novel: false },
    requirements: [...honest, ...courtAttacks.map(requirementOf)],
    instructions: 'Attack.',
  };
}
