import type { Operand, ValueOperand } from './ast';
import { same, zoneOf, type JqlContext, type Problem } from './context';
import { dateFormats, readDate } from './dates';
import { callFunction, findFunction, FunctionProblem } from './functions';
import type { NumberField, SetField } from './fieldTypes';

/** Where a query's meaning is gathered: what it depends on, and what is wrong with it. */
export interface Gathering {
  context: JqlContext;
  problems: Problem[];
  /** Ids of the filters that this query is inside of. */
  filters: readonly string[];
  /** Clauses read so far, those of filters within filters as often as they are meant. */
  size: { clauses: number };
}

export function report({ problems }: Gathering, message: string, isMissing = false): void {
  if (!problems.some((known) => known.message === message)) problems.push({ message, isMissing });
}

/** What an operand stands for, one value after the other. */
interface Reader<T> {
  value(operand: ValueOperand): T[];
  /** What a function gives; null when it is of no use here. */
  given(given: ReturnType<typeof callFunction>): T[] | null;
  /** What Jira says of a function that is of no use here. */
  useless(name: string): string;
}

interface Read<T> {
  values: T[];
  hasEmpty: boolean;
}

function readOperand<T>(gathering: Gathering, operand: Operand, reader: Reader<T>): Read<T> {
  switch (operand.kind) {
    case 'empty':
      return { values: [], hasEmpty: true };
    case 'list': {
      const read = operand.values.map((value) => readOperand(gathering, value, reader));
      return {
        values: read.flatMap(({ values }) => values),
        hasEmpty: read.some(({ hasEmpty }) => hasEmpty),
      };
    }
    case 'value':
      return { values: reader.value(operand), hasEmpty: false };
    case 'function':
      try {
        const values = reader.given(callFunction(operand, gathering.context));
        if (values === null) report(gathering, reader.useless(operand.name));
        return { values: values ?? [], hasEmpty: false };
      } catch (error) {
        if (!(error instanceof FunctionProblem)) throw error;
        report(gathering, error.message);
        return { values: [], hasEmpty: false };
      }
  }
}

/** Puts EMPTY where a value stands that means it. */
function withEmpty({ emptyName }: SetField, operand: Operand): Operand {
  if (emptyName === undefined) return operand;
  if (operand.kind === 'list') {
    return {
      kind: 'list',
      values: operand.values.map((value) => (same(valueOf(value), emptyName) ? { kind: 'empty' } : value)),
    };
  }
  return same(valueOf(operand), emptyName) ? { kind: 'empty' } : operand;
}
const valueOf = (operand: Operand): string => (operand.kind === 'value' ? operand.value : '');

/** Ids that an operand means for a field. @param name as the query names the field */
export function readIds(
  gathering: Gathering,
  field: SetField,
  name: string,
  operand: Operand,
  isHistory = false,
) {
  const useless = (called: string) =>
    `A value provided by the function '${called}' is invalid for the field '${name}'.`;
  const read = readOperand<string>(gathering, withEmpty(field, operand), {
    value({ value, isNumber }) {
      const ids = field.resolve(value, isNumber, gathering.context);
      if (ids.length > 0) return [...ids];
      const missing = isNumber
        ? `A value with ID '${value}' does not exist for the field '${name}'.`
        : `The value '${value}' does not exist for the field '${name}'.`;
      report(gathering, field.missing?.(value, name, isNumber) ?? missing, true);
      return [];
    },
    given: (given) => (given.type === field.valueType ? [...given.ids] : null),
    useless,
  });
  const names = operand.kind === 'list' ? operand.values : [operand];
  for (const one of names) {
    if (isHistory && one.kind === 'function' && findFunction(one.name)?.hasHistory === false) {
      report(gathering, useless(one.name));
    }
  }
  return { ids: new Set(read.values), isEmpty: read.hasEmpty };
}

export function readNumbers(
  gathering: Gathering,
  field: NumberField,
  name: string,
  operand: Operand,
): Read<number> {
  return readOperand<number>(gathering, operand, {
    value({ value }) {
      const number = field.read(value, gathering.context.state);
      if (number === null) report(gathering, field.invalid(value, name));
      return number === null ? [] : [number];
    },
    given: () => null,
    useless: (called) => `A value provided by the function '${called}' is invalid for the field '${name}'.`,
  });
}

/** Points in time, as milliseconds since the epoch. @param where `field 'created'` or `predicate 'after'` */
export function readTimes(gathering: Gathering, where: string, operand: Operand): Read<number> {
  const { context } = gathering;
  return readOperand<number>(gathering, operand, {
    value({ value, isNumber }) {
      const time = isNumber ? Number(value) : readDate(value, context.now, zoneOf(context));
      if (time === null || Math.abs(time) > 8.64e15) {
        report(gathering, `Date value '${value}' for ${where} is invalid. ${dateFormats}`);
        return [];
      }
      return [time];
    },
    given: (given) => (given.type === 'date' ? [given.time] : null),
    useless: (called) => `A date for the ${where} provided by the function '${called}' is not valid.`,
  });
}
