import type { Predicate, Terminal } from './ast';
import { zoneOf } from './context';
import { dayOf, readDate } from './dates';
import type { SetField } from './fieldTypes';
import type { HistoryLimits } from './history';
import { usersOf } from './lookup';
import { readIds, readTimes, type Gathering } from './operands';

const dayLength = 24 * 60 * 60_000;

/** The person field that BY is read as. */
const by: SetField = {
  kind: 'set',
  names: ['by'],
  valueType: 'user',
  javaType: '',
  values: () => [],
  resolve: (text, _, context) => usersOf(context, text),
};

function readDates(gathering: Gathering, { operator, operand }: Predicate): number[] {
  const { values } = readTimes(gathering, `predicate '${operator}'`, operand);
  const count = operand.kind === 'list' ? operand.values.length : 1;
  const report = (rule: string) => {
    gathering.problems.push({
      message: `The ${operator.toUpperCase()} predicate must be supplied with ${rule}`,
      isMissing: false,
    });
  };
  if (operator === 'during' && count !== 2) report('exactly 2 date values.');
  if (operator !== 'during' && count !== 1) report('only 1 date value.');
  return values;
}

/** What the predicates of a WAS or CHANGED clause ask for. */
export function readPredicates(gathering: Gathering, field: SetField, clause: Terminal): HistoryLimits {
  const zone = zoneOf(gathering.context);
  const limits: HistoryLimits = {
    after: Number.NEGATIVE_INFINITY,
    before: Number.POSITIVE_INFINITY,
    by: null,
    from: null,
    to: null,
  };
  const narrow = (after: number | undefined, before: number | undefined) => {
    if (after !== undefined) limits.after = Math.max(limits.after, after);
    if (before !== undefined) limits.before = Math.min(limits.before, before);
  };
  for (const predicate of clause.predicates) {
    const { operator, operand } = predicate;
    if (operator === 'by') limits.by = readIds(gathering, by, clause.field.name, operand).ids;
    else if (operator === 'from' || operator === 'to') {
      limits[operator] = readIds(gathering, field, clause.field.name, operand);
    } else {
      const [first, second] = readDates(gathering, predicate);
      if (operator === 'after') narrow(first, undefined);
      if (operator === 'before') narrow(undefined, first);
      if (operator === 'during') narrow(first, second);
      if (operator === 'on' && first !== undefined) {
        const start = readDate(dayOf(first, zone), gathering.context.now, zone) ?? first;
        narrow(start - 1, start + dayLength);
      }
    }
  }
  return limits;
}
