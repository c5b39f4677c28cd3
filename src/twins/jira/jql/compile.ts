import type { Clause, JqlQuery, Operator, Terminal } from './ast';
import { zoneOf, type JqlContext, type Problem, type Test } from './context';
import { dayOf } from './dates';
import { findFields } from './fieldIndex';
import {
  operatorsOf,
  type DayField,
  type NumberField,
  type SearchField,
  type SetField,
  type TextField,
  type TimeField,
} from './fieldTypes';
import { changedTest, wasTest } from './history';
import { readIds, readNumbers, readTimes, report, type Gathering } from './operands';
import { tryParseJql } from './parser';
import { readPredicates } from './predicates';
import { byNameOrId } from './lookup';
import { compileOrder, type Order } from './order';
import { namePattern, refuseText, textMatcher } from './text';
import { hasHistory, refuseUsage } from './usage';

/** A query that knows the site it asks. */
export interface Compiled {
  problems: Problem[];
  test: Test;
  /** How the issues found are ordered. */
  order: Order;
}

const never: Test = () => false;

/** Clauses of a query and all its filters: each level of filters may double them. */
const maxClauses = 10_000;
const tooMany = `The query and its filters have more than ${maxClauses} clauses.`;
/** Filters within filters; each may be nested as deeply as a query, and the stack must hold them all. */
const maxFilters = 10;

const orders: Readonly<Partial<Record<Operator, (difference: number) => boolean>>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

function compileSet(gathering: Gathering, field: SetField, clause: Terminal): Test {
  const { operator, operand } = clause;
  const { state } = gathering.context;
  const { name } = clause.field;
  const own = (issue: Parameters<Test>[0]) => field.values(issue, state);
  if (hasHistory(operator)) return compileHistory(gathering, field, clause);
  if (operand === null) return never;
  if (operator === '~' || operator === '!~') {
    const fits = operand.kind === 'value' ? namePattern(operand.value) : () => false;
    const names = (issue: Parameters<Test>[0]) => field.like?.(issue, state) ?? [];
    return operator === '~'
      ? (issue) => names(issue).some(fits)
      : (issue) => own(issue).length > 0 && !names(issue).some(fits);
  }
  const { ids, isEmpty } = readIds(gathering, field, name, operand);
  const compare = orders[operator];
  if (compare) {
    const wanted = [...ids];
    return (issue) =>
      own(issue).some((id) =>
        wanted.some((other) => {
          const difference = field.compare?.(id, other, state);
          return difference !== undefined && compare(difference);
        }),
      );
  }
  if (['=', 'in', 'is'].includes(operator)) {
    return (issue) => {
      const values = own(issue);
      return values.length === 0 ? isEmpty : values.some((id) => ids.has(id));
    };
  }
  return (issue) => {
    const values = own(issue);
    return values.length > 0 && !values.some((id) => ids.has(id));
  };
}

function compileHistory(gathering: Gathering, field: SetField, clause: Terminal): Test {
  const { state } = gathering.context;
  const limits = readPredicates(gathering, field, clause);
  if (clause.operator === 'changed' || clause.operand === null) return changedTest(field, limits);
  const wanted = readIds(gathering, field, clause.field.name, clause.operand, true);
  const was = wasTest(field, wanted, limits, state);
  return clause.operator.startsWith('was not') ? (issue) => !was(issue) : was;
}

/** Comparison with values that have an order of their own. @param gap difference of two values */
function compileOrdered<T>(
  { operator }: Terminal,
  { values, hasEmpty }: { values: T[]; hasEmpty: boolean },
  valueOf: (issue: Parameters<Test>[0]) => T | null,
  gap: (own: T, other: T) => number,
): Test {
  const compare = orders[operator] ?? ((difference: number) => difference === 0);
  const isNegative = operator === '!=' || operator === 'not in' || operator === 'is not';
  return (issue) => {
    const own = valueOf(issue);
    if (own === null) return hasEmpty && !isNegative;
    return values.some((value) => compare(gap(own, value))) !== isNegative;
  };
}

function compileNumber(gathering: Gathering, field: NumberField, clause: Terminal): Test {
  if (clause.operand === null) return never;
  const { state } = gathering.context;
  const read = readNumbers(gathering, field, clause.field.name, clause.operand);
  return compileOrdered(
    clause,
    read,
    (issue) => field.value(issue, state),
    (a, b) => a - b,
  );
}

const minute = (time: number) => Math.floor(time / 60_000);

function compileTime(gathering: Gathering, field: TimeField, clause: Terminal): Test {
  if (clause.operand === null) return never;
  const { state } = gathering.context;
  const read = readTimes(gathering, `field '${clause.field.name}'`, clause.operand);
  // Queries know no seconds, so that equal means within the minute.
  const gap = orders[clause.operator]
    ? (a: number, b: number) => a - b
    : (a: number, b: number) => minute(a) - minute(b);
  return compileOrdered(clause, read, (issue) => field.value(issue, state), gap);
}

function compileDay(gathering: Gathering, field: DayField, clause: Terminal): Test {
  if (clause.operand === null) return never;
  const { context } = gathering;
  const { values, hasEmpty } = readTimes(gathering, `field '${clause.field.name}'`, clause.operand);
  const days = values.map((time) => dayOf(time, zoneOf(context)));
  return compileOrdered(
    clause,
    { values: days, hasEmpty },
    (issue) => field.value(issue, context.state),
    (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  );
}

function compileText(gathering: Gathering, field: TextField, clause: Terminal): Test {
  const { operator, operand } = clause;
  const { name } = clause.field;
  const texts = (issue: Parameters<Test>[0]) =>
    field.texts(issue, gathering.context).filter((text) => text !== '');
  if (operand?.kind === 'empty') {
    if (field.canBeEmpty === false || operator === '~' || operator === '!~') {
      report(gathering, `The field '${name}' does not support searching for EMPTY values.`);
    }
    return operator === 'is' ? (issue) => texts(issue).length === 0 : (issue) => texts(issue).length > 0;
  }
  if (operand?.kind !== 'value') {
    const called = operand?.kind === 'function' ? operand.name : '';
    report(gathering, `A value provided by the function '${called}' is invalid for the field '${name}'.`);
    return never;
  }
  const wrong = refuseText(operand.value, name);
  if (wrong !== null) {
    report(gathering, wrong);
    return never;
  }
  const matches = textMatcher(operand.value);
  if (operator === '~') return (issue) => matches(texts(issue));
  return (issue) => {
    const own = texts(issue);
    return own.length > 0 && !matches(own);
  };
}

function compileFilter(gathering: Gathering, clause: Terminal): Test {
  const { context, filters } = gathering;
  const { operand, operator } = clause;
  const operands = operand?.kind === 'list' ? operand.values : operand ? [operand] : [];
  const tests = operands.map((one): Test => {
    const [text, isNumber] = one.kind === 'value' ? [one.value, one.isNumber] : ['', false];
    const [id] = byNameOrId(context.filters, text, isNumber);
    const filter = context.filters.find((candidate) => candidate.id === id);
    const isFit = filter && !filters.includes(filter.id) && filters.length < maxFilters;
    const parsed = isFit ? tryParseJql(filter.jql) : null;
    if (!filter || !parsed || !('query' in parsed)) {
      report(gathering, `The value '${text}' does not exist for the field '${clause.field.name}'.`, true);
      return never;
    }
    return compileWhere({ ...gathering, filters: [...filters, filter.id] }, parsed.query.where);
  });
  const isNegative = operator === '!=' || operator === 'not in';
  return (issue) => tests.some((test) => test(issue)) !== isNegative;
}

function refuseField(
  gathering: Gathering,
  field: SearchField,
  { operator, operand, field: { name } }: Terminal,
): boolean {
  if (hasHistory(operator) && !(field.kind === 'set' && field.history !== undefined)) {
    report(gathering, `History searches do not support the '${name}' field.`);
    return true;
  }
  const operators = operatorsOf(field);
  if (!operators.includes(operator)) {
    const isText = field.kind === 'text' && operand?.kind === 'empty';
    report(
      gathering,
      isText
        ? `The field '${name}' does not support searching for EMPTY values.`
        : `The operator '${operator}' is not supported by the '${name}' field.`,
    );
    return true;
  }
  if (operand?.kind === 'empty' && !operators.includes('is')) {
    report(gathering, `The field '${name}' does not support searching for EMPTY values.`);
    return true;
  }
  return false;
}

function compileFor(gathering: Gathering, field: SearchField, clause: Terminal): Test {
  if (refuseField(gathering, field, clause)) return never;
  switch (field.kind) {
    case 'set':
      return compileSet(gathering, field, clause);
    case 'number':
      return compileNumber(gathering, field, clause);
    case 'time':
      return compileTime(gathering, field, clause);
    case 'day':
      return compileDay(gathering, field, clause);
    case 'text':
      return compileText(gathering, field, clause);
    case 'filter':
      return compileFilter(gathering, clause);
    case 'presence':
      return (issue) => field.isThere(issue) === (clause.operator === 'is not');
    case 'order':
      return never;
  }
}

function compileTerminal(gathering: Gathering, clause: Terminal): Test {
  gathering.size.clauses += 1;
  const wrong = gathering.size.clauses > maxClauses ? tooMany : refuseUsage(clause);
  if (wrong !== null) {
    report(gathering, wrong);
    return never;
  }
  const { context } = gathering;
  const fields = findFields(context.state, clause.field);
  if (fields.length === 0) {
    const why = context.user
      ? 'does not exist or you do not have permission to view it.'
      : 'does not exist or this field cannot be viewed by anonymous users.';
    report(gathering, `Field '${clause.field.name}' ${why}`);
    return never;
  }
  // Of one name there may be several custom fields; what one of them understands is no problem.
  const tries = fields.map((field) => {
    const problems: Problem[] = [];
    return { problems, test: compileFor({ ...gathering, problems }, field, clause) };
  });
  const good = tries.filter(({ problems }) => problems.length === 0);
  if (good.length === 0)
    for (const { message, isMissing } of tries[0]?.problems ?? []) report(gathering, message, isMissing);
  return (issue) => good.some(({ test }) => test(issue));
}

function compileWhere(gathering: Gathering, clause: Clause | null): Test {
  if (clause === null) return () => true;
  if (gathering.size.clauses > maxClauses) return never;
  switch (clause.kind) {
    case 'terminal':
      return compileTerminal(gathering, clause);
    case 'not': {
      const test = compileWhere(gathering, clause.clause);
      return (issue) => !test(issue);
    }
    case 'and': {
      const tests = clause.clauses.map((part) => compileWhere(gathering, part));
      return (issue) => tests.every((test) => test(issue));
    }
    case 'or': {
      const tests = clause.clauses.map((part) => compileWhere(gathering, part));
      return (issue) => tests.some((test) => test(issue));
    }
  }
}

/** What a query means on this site, for this person. */
export function compileJql(query: JqlQuery, context: JqlContext): Compiled {
  const gathering: Gathering = { context, problems: [], filters: [], size: { clauses: 0 } };
  const test = compileWhere(gathering, query.where);
  const order = compileOrder(gathering, query.orderBy);
  return { problems: gathering.problems, test, order };
}
