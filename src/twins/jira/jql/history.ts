import type { Change, Issue } from '../issueState';
import type { SetField } from './fieldTypes';
import type { JiraState } from '../state';
import type { Test } from './context';

// What the history of an issue says of a field: WAS and CHANGED.

/** A time in which the field had these values. */
interface Stay {
  ids: readonly string[];
  /** Milliseconds since the epoch; it may have no end. */
  from: number;
  to: number;
  /** Account id of the one who made it so. */
  by: string;
}

interface Step {
  at: number;
  by: string;
  from: readonly string[];
  to: readonly string[];
}

const idsOf = (text: string | null | undefined): string[] =>
  text === null || text === undefined || text === '' ? [] : text.split(/,\s*/);

function stepsOf(changelog: readonly Change[], field: string): Step[] {
  return changelog
    .flatMap(({ author, created, items }) =>
      items
        .filter((item) => item.field === field)
        // A history may name the text member `toString`, which every object has.
        .map((item) => ({ at: Date.parse(created), by: author, from: idsOf(item.from), to: idsOf(item.to) })),
    )
    .toSorted((a, b) => a.at - b.at);
}

function staysOf(issue: Issue, field: SetField, state: JiraState): Stay[] {
  const steps = stepsOf(issue.changelog, field.history ?? '');
  const first: Stay = {
    ids: steps[0]?.from ?? field.values(issue, state),
    from: Date.parse(issue.created),
    to: Number.POSITIVE_INFINITY,
    by: issue.creator,
  };
  const stays = [first];
  for (const { at, by, to } of steps) {
    const last = stays.at(-1);
    if (last) last.to = at;
    stays.push({ ids: to, from: at, to: Number.POSITIVE_INFINITY, by });
  }
  return stays;
}

/** Values that a query names. */
export interface Wanted {
  ids: ReadonlySet<string>;
  isEmpty: boolean;
}
const has = ({ ids, isEmpty }: Wanted, own: readonly string[]): boolean =>
  own.length === 0 ? isEmpty : own.some((id) => ids.has(id));

/** What the predicates of a clause ask for; what is left out is not asked. */
export interface HistoryLimits {
  /** Milliseconds since the epoch: something of it after and before these. */
  after: number;
  before: number;
  by: ReadonlySet<string> | null;
  from: Wanted | null;
  to: Wanted | null;
}

/** True for issues in which the field had one of the values. */
export function wasTest(field: SetField, wanted: Wanted, limits: HistoryLimits, state: JiraState): Test {
  return (issue) =>
    staysOf(issue, field, state).some(
      (stay) =>
        has(wanted, stay.ids) &&
        stay.from < limits.before &&
        stay.to > limits.after &&
        (limits.by === null || limits.by.has(stay.by)),
    );
}

/** True for issues in which the field changed. */
export function changedTest(field: SetField, limits: HistoryLimits): Test {
  return (issue) =>
    stepsOf(issue.changelog, field.history ?? '').some(
      ({ at, by, from, to }) =>
        at > limits.after &&
        at < limits.before &&
        (limits.by === null || limits.by.has(by)) &&
        (limits.from === null || has(limits.from, from)) &&
        (limits.to === null || has(limits.to, to)),
    );
}
