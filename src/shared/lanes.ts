import type { RunState } from './runState';

export type LaneKind = 'agent' | 'commands' | 'twin' | 'holdouts';

/** One row of the timeline. */
export interface Lane {
  id: string;
  kind: LaneKind;
  label: string;
}

export const commandsLane = 'commands';
export const holdoutsLane = 'holdouts';
export const agentLane = (agent: string): string => `agent:${agent}`;
export const twinLane = (twin: string): string => `twin:${twin}`;

/** The rows of a run: agents in the order they began, then commands, twins and holdouts. */
export function lanesOf(run: RunState): Lane[] {
  return [
    ...run.agents.map(({ agent }): Lane => ({
      id: agentLane(agent),
      kind: 'agent',
      label: agentLabel(agent),
    })),
    { id: commandsLane, kind: 'commands', label: 'Commands' },
    ...run.twins.map((twin): Lane => ({ id: twinLane(twin), kind: 'twin', label: `${capital(twin)} twin` })),
    { id: holdoutsLane, kind: 'holdouts', label: 'Holdouts' },
  ];
}

/** `T1.implementer` → `T1 implementer`, `planner` → `Planner`. */
export function agentLabel(agent: string): string {
  return capital(agent.replaceAll('.', ' '));
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
