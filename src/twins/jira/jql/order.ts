import type { Issue } from '../issueState';
import type { OrderBy } from './ast';
import { findFields } from './fieldIndex';
import type { SearchField } from './fieldTypes';
import { report, type Gathering } from './operands';
import { sortableKey } from './systemFields';

/** Negative when the first issue comes first. */
export type Order = (a: Issue, b: Issue) => number;

/** Fields that one ORDER BY may have. */
const maxFields = 7;

type Sortable = string | number | null;

function compare(a: Sortable, b: Sortable): number {
  if (a === b) return 0;
  // What is empty comes after everything else.
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return a < b ? -1 : 1;
}

type Sorting = SearchField & { sort: NonNullable<SearchField['sort']> };
const canSort = (field: SearchField): field is Sorting => field.sort !== undefined;

/** The order that a query asks for; the newest first where it asks for none. */
export function compileOrder(gathering: Gathering, orderBy: readonly OrderBy[]): Order {
  const { state } = gathering.context;
  if (orderBy.length > maxFields) {
    report(gathering, `The maximum number of fields allowed in an ORDER BY clause is ${maxFields}.`);
  }
  const steps = orderBy.flatMap(({ field: named, direction }): Order[] => {
    const found = findFields(state, named);
    const field = found.find(canSort);
    if (!field) {
      report(
        gathering,
        found.length === 0
          ? `Not able to sort using field '${named.name}'.`
          : `Field '${named.name}' does not support sorting.`,
      );
      return [];
    }
    const sign = (direction ?? (field.isDescending ? 'desc' : 'asc')) === 'desc' ? -1 : 1;
    const values = new Map<Issue, Sortable>();
    const valueOf = (issue: Issue): Sortable => {
      const known = values.get(issue);
      if (known !== undefined) return known;
      const value = field.sort(issue, state);
      values.set(issue, value);
      return value;
    };
    return [(a, b) => sign * compare(valueOf(a), valueOf(b))];
  });
  const byKey: Order = (a, b) => compare(sortableKey(a.key), sortableKey(b.key));
  const newest: Order = (a, b) => compare(b.created, a.created) || byKey(b, a);
  const last = steps.length === 0 ? newest : byKey;
  return (a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order !== 0) return order;
    }
    return last(a, b);
  };
}
