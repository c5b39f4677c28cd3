import { boundSentence } from '../holdouts/bound';
import { confidenceTable, noiseSentence, type Confidence } from '../holdouts/confidence';
import type { Half, SealedScenario } from '../holdouts/types';
import type { AnyEvent, EventData } from '../shared/events';
import type { Requirement } from '../shared/spec';
import { strictnessOf } from './acceptance';

/** The true failure rate the printed chance is about. */
const badFailureRate = 0.2;

/** What the hidden scenarios say about a result, for its report. The sentences have no text of a spec or scenario. */
export interface Statistics {
  /** The chance that a bad program would have passed. */
  bound: string;
  /** How far the share of the feedback half may be from the truth. */
  noise: string;
  /** How the visible checks and the hidden ones compare. */
  gap: string;
  /** What more scenarios would buy; empty when there are none. */
  confidence: Confidence[];
}

/** Everything the figures are made of. */
export interface Judgement {
  events: readonly AnyEvent[];
  scenarios: readonly SealedScenario[];
  requirements: readonly Requirement[];
  accept: number;
  /** Sealed questions ever asked about these scenarios, passes included. */
  asked(sealed: readonly string[]): number;
  /** Whether the spec has checks that agents can run. */
  visible: boolean;
}

type JudgedVerdict = EventData['validate.verdict'];

export function statisticsOf(judgement: Judgement): Statistics {
  const { events, scenarios, requirements, accept } = judgement;
  const verdicts = events.flatMap((event) => (event.type === 'validate.verdict' ? [event.data] : []));
  const last = ofRound(verdicts, verdicts.at(-1)?.round);
  const judged = (half: Half) =>
    scenarios.filter((one) => one.half === half && last.some(({ scenario }) => scenario === one.id));
  const sealed = judged('sealed');
  const attempts = Math.max(1, judgement.asked(sealed.map(({ id }) => id)));
  const strictness = strictnessOf(sealed, requirements, accept);
  const feedback = new Set(judged('feedback').map(({ id }) => id));
  const heard = last.filter(({ scenario }) => feedback.has(scenario));
  // The sealed half is worth one bit: its share would be more.
  const counts = new Set(scenarios.filter(({ half }) => half === 'feedback').map(({ id }) => id));
  const counted = (all: readonly JudgedVerdict[]): readonly JudgedVerdict[] =>
    counts.size > 0 ? all.filter(({ scenario }) => counts.has(scenario)) : all;
  return {
    bound: boundSentence({ ...strictness, attempts, failureRate: badFailureRate }),
    noise: noiseSentence(heard.filter(({ passed }) => passed).length, heard.length),
    gap: gapSentence(judgement.visible, counted(ofRound(verdicts, verdicts[0]?.round)), counted(last)),
    confidence: scenarios.length ? confidenceTable(strictness.scenarios, attempts) : [],
  };
}

function ofRound(verdicts: readonly JudgedVerdict[], round: number | undefined): JudgedVerdict[] {
  return verdicts.filter((verdict) => verdict.round === round);
}

/** Visible checks all pass when hidden ones are asked: what these miss is the gap. */
function gapSentence(
  visible: boolean,
  first: readonly JudgedVerdict[],
  last: readonly JudgedVerdict[],
): string {
  const seen = visible ? 'Visible checks pass' : 'There were no visible checks';
  if (last.length === 0) return `${seen}; there were no hidden ones.`;
  const begin = missed(first);
  const end = missed(last);
  return `${seen}; hidden ones pass by ${100 - end} %: visible minus hidden is ${end} points, and was ${begin} when they were first asked.`;
}

/** Share that failed, in points of 100. */
function missed(verdicts: readonly JudgedVerdict[]): number {
  return Math.round((100 * verdicts.filter(({ passed }) => !passed).length) / verdicts.length);
}
