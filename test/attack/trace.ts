import path from 'node:path';
import type { AnyEvent, EventType } from '../../src/shared/events';
import { readText } from '../../src/trace/journal';
import { readJournal } from '../../src/trace/tail';
import type { AgentAttack, AttackGroup, CourtAttack } from './attack';
import { honest, requirementOf } from './project';
import { agentOf } from './script';

/** What a run's own record says about the attacks that were made in it. */
export interface Trace {
  events: AnyEvent[];
  /** Why an attack of an agent did not fail as it must, or null. */
  judge(group: AttackGroup, attack: AgentAttack): string | null;
  /** The same for one of the judged program; null as well when its scenario was not asked. */
  judgeCourt(attack: CourtAttack): string | null;
  /** Verdicts on honest behaviour, and on having tried each attack on the judge. */
  honest(): boolean[];
  /** How many scenarios were asked. */
  asked(): number;
}

interface Round {
  output: string;
  /** Paths that were put back or left out. */
  undone: string;
  events: Set<EventType>;
}

/** Events that belong to the round of an attack; others come later in the run. */
const ofRounds = new Set<EventType>([
  'chat.finished',
  'tool.finished',
  'round.checkpoint',
  'governed.restored',
]);

/** Reads the journal of a run's folder. */
export async function readTrace(dir: string): Promise<Trace> {
  const events = await readJournal(path.join(dir, 'journal.jsonl'));
  const rounds = roundsOf(events, dir);
  const verdicts = events.flatMap((event) => (event.type === 'validate.verdict' ? [event.data] : []));
  return {
    events,
    judge(group, attack) {
      const key = `${agentOf(group)} ${group.attacks.indexOf(attack) + 1}`;
      const round = rounds.get(key);
      if (!round) return `it was never made: the record has no ${key}`;
      const { output, undone } = round;
      const left = ofRounds.has(attack.leaves) ? round.events : new Set(events.map(({ type }) => type));
      if (!left.has(attack.leaves)) return `it left no ${attack.leaves}`;
      const { tells } = attack;
      const told = tells && toldOf(events, attack.leaves, agentOf(group));
      if (told && !told.some((text) => tells.test(text)))
        return `${attack.leaves} said only: ${told.join('\n')}`;
      if (!attack.shows.test(output)) return `it answered otherwise than ${attack.shows}:\n${output}`;
      if (attack.hides?.test(output)) return `it answered ${attack.hides}:\n${output}`;
      if (attack.undone && !attack.undone.test(undone)) return `undone was only: ${undone}\n${output}`;
      return null;
    },
    judgeCourt(attack) {
      const own = verdicts.filter(({ covers }) => covers.includes(requirementOf(attack)));
      return own.some(({ passed }) => passed) ? 'its scenario passed' : null;
    },
    honest: () => verdicts.filter(({ covers }) => covers.includes(honest[0])).map(({ passed }) => passed),
    asked: () => new Set(verdicts.map(({ scenario }) => scenario)).size,
  };
}

/** Data of all events of a type that are about one agent, as JSON. */
const toldOf = (events: readonly AnyEvent[], type: EventType, agent: string): string[] =>
  events
    .filter((event) => event.type === type)
    .filter(({ data }) => Object.values(data).includes(agent))
    .map(({ data }) => JSON.stringify(data));

/** What each agent did turn by turn, by `agent turn`. */
function roundsOf(events: readonly AnyEvent[], dir: string): Map<string, Round> {
  const rounds = new Map<string, Round>();
  const roundOf = ({ agent, turn }: { agent: string; turn: number }): Round => {
    const key = `${agent} ${turn}`;
    const round = rounds.get(key) ?? { output: '', undone: '', events: new Set() };
    rounds.set(key, round);
    return round;
  };
  const undone = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === 'chat.finished') roundOf(event.data).events.add(event.type);
    if (event.type === 'tool.finished') {
      const round = roundOf(event.data);
      round.output = [...(round.output ? [round.output] : []), readText(dir, event.data.output)].join('\n');
      round.events.add(event.type);
    }
    // It comes before the checkpoint of its round.
    if (event.type === 'governed.restored') undone.set(event.data.agent, event.data.paths);
    if (event.type === 'round.checkpoint') {
      const round = roundOf(event.data);
      const paths = undone.get(event.data.agent) ?? [];
      undone.delete(event.data.agent);
      round.undone = paths.join(', ');
      round.events.add(event.type);
      if (paths.length > 0) round.events.add('governed.restored');
    }
  }
  return rounds;
}
