import type { AnyEvent } from './events';
import type { HalfState, RunState, VerdictState } from './runState';

/**
 * What a person is shown of hidden verdicts. A person who sees which scenario failed, and changes the spec, is a way
 * for verdicts to reach agents: per half there is the same as agents may hear, a count of the feedback half and one
 * bit of the sealed half. Single verdicts show only where that says them anyway, or where a person paid for them.
 */

/** How one half was judged when it was last asked. */
export interface Tally extends HalfState {
  judged: number;
  /** Null until all are judged: a count that grows would tell each verdict. */
  passed: number | null;
}

/** Half by half, in the order they were asked. */
export function talliesOf(run: RunState): Tally[] {
  return run.halves.map((asked) => tallyOf(run, asked));
}

export function tallyOf({ verdicts }: RunState, asked: HalfState): Tally {
  const own = verdicts.filter(({ half, round }) => half === asked.half && round === asked.round);
  const complete = own.length >= asked.scenarios;
  return {
    ...asked,
    judged: own.length,
    passed: complete ? own.filter((verdict) => verdict.passed).length : null,
  };
}

/** Whether the tally itself says what each of its verdicts is. */
export function saysEach({ half, scenarios, passed }: Tally): boolean {
  if (passed === null) return false;
  return passed === scenarios || scenarios === 1 || (half === 'feedback' && passed === 0);
}

/** Such as `feedback half: 7 of 9 passed`. */
export function tallyLine({ half, scenarios, judged, passed }: Tally): string {
  if (passed === null) return `${half} half: ${String(judged)} of ${String(scenarios)} judged`;
  if (passed === scenarios) return `${half} half: all ${String(scenarios)} passed`;
  return half === 'feedback'
    ? `${half} half: ${String(passed)} of ${String(scenarios)} passed`
    : `${half} half: not all of ${String(scenarios)} passed`;
}

/** All halves in one line: a plain count where all passed, as nothing is hidden then. */
export function hiddenLine(run: RunState): string {
  const tallies = talliesOf(run);
  if (tallies.length === 0) return 'no hidden scenario was asked';
  if (tallies.every(({ passed, scenarios }) => passed === scenarios)) {
    const all = String(tallies.reduce((sum, { scenarios }) => sum + scenarios, 0));
    return `${all} of ${all} hidden scenarios passed`;
  }
  return tallies.map(tallyLine).join(', ');
}

/** Stands for a scenario whose name would tell a verdict. */
export const unnamedScenario = 'one scenario';

/** Scenarios that passed and failed when they were judged again, in words for people; those not shown have no name. */
export function flakyNames({ flaky, verdicts }: RunState): string[] {
  const shown = new Set(verdicts.flatMap((verdict) => (verdict.shown ? [verdict.scenario] : [])));
  return flaky.map((scenario) => (shown.has(scenario) ? scenario : unnamedScenario));
}

/** The latest verdicts that are not shown. */
export function withheldVerdicts({ verdicts }: RunState): VerdictState[] {
  return verdicts.filter(({ shown }) => !shown);
}

/**
 * The event as it may be shown to a person, once `run` has taken it in: without a verdict that is not shown. Scenarios
 * that are judged again had passed, so that theirs have no name either.
 */
export function shownEvent(run: RunState, event: AnyEvent): AnyEvent {
  if (event.type !== 'validate.verdict' && event.type !== 'validate.again') return event;
  const bar = run.bars.findLast(({ seq }) => seq === event.seq);
  if (bar && bar.ok !== null) return event;
  const named = event.type === 'validate.verdict' ? {} : { scenario: '' };
  // A reader of this shape finds no verdict in it, and JSON leaves it out.
  return { ...event, data: { ...event.data, ...named, passed: undefined } } as unknown as AnyEvent;
}
