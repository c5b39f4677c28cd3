import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020';
import { RE2JS } from 're2js';
import { isRecord } from '../shared/records';

/** A JSON value in which objects made of matcher names only are matchers. */
export type Expected = string | number | boolean | null | Expected[] | { [key: string]: Expected };

/** `path` says where the first difference is; it stays inside the judge. */
export interface MatchResult {
  ok: boolean;
  path?: string;
}

export type Matcher = { [name in keyof typeof matchers]?: Expected };

/**
 * Compares a value with an expectation: objects match as a subset, arrays by length and order, scalars exactly.
 * `actual` is JSON, or undefined where there is nothing.
 */
export function matchValue(expected: Expected, actual: unknown): MatchResult {
  const path = difference(expected, actual, '$');
  return path === null ? { ok: true } : { ok: false, path };
}

/** An object is a matcher when all its keys are names of matchers; `equals` keeps such an object literal. */
export function matcherOf(expected: unknown): Matcher | null {
  if (!isRecord(expected)) return null;
  const keys = Object.keys(expected);
  return keys.length > 0 && keys.every((key) => Object.hasOwn(matchers, key)) ? expected : null;
}

export function patternProblem(pattern: Expected): boolean {
  return typeof pattern !== 'string' || throws(() => RE2JS.compile(pattern));
}

export function schemaProblem(schema: Expected): boolean {
  return throws(() => compileSchema(schema));
}

/** Quotes a value for use inside a `matches` pattern. */
export function quoteForPattern(value: string): string {
  return RE2JS.quote(value);
}

function difference(expected: Expected, actual: unknown, path: string): string | null {
  const matcher = matcherOf(expected);
  if (matcher) {
    for (const [name, argument] of Object.entries(matcher)) {
      const where = matchers[name as keyof Matcher](argument, actual, path);
      if (where !== null) return where;
    }
    return null;
  }
  if (Array.isArray(expected)) return listDifference(expected, actual, path);
  if (expected === null || typeof expected !== 'object') return expected === actual ? null : path;
  if (!isRecord(actual)) return path;
  for (const [key, value] of Object.entries(expected)) {
    const own = Object.hasOwn(actual, key) ? actual[key] : undefined;
    const where = difference(value, own, `${path}.${key}`);
    if (where !== null) return where;
  }
  return null;
}

function listDifference(expected: Expected[], actual: unknown, path: string): string | null {
  if (!Array.isArray(actual) || actual.length !== expected.length) return path;
  for (const [index, value] of expected.entries()) {
    const where = difference(value, actual[index], `${path}[${index}]`);
    if (where !== null) return where;
  }
  return null;
}

type Compare = (argument: Expected, actual: unknown, path: string) => string | null;

const matchers = {
  equals: check((argument, actual) => isDeepStrictEqual(argument, actual)),
  matches: check(
    (argument, actual) =>
      typeof argument === 'string' &&
      typeof actual === 'string' &&
      RE2JS.compile(argument).matcher(actual).find(),
  ),
  contains: check(contains),
  between: check((argument, actual) => {
    if (typeof actual !== 'number' || !Array.isArray(argument)) return false;
    const [low, high] = argument;
    return typeof low === 'number' && typeof high === 'number' && low <= actual && actual <= high;
  }),
  schema: check((argument, actual) => actual !== undefined && compileSchema(argument)(actual)),
  each: ((argument, actual, path) => {
    if (!Array.isArray(actual)) return path;
    for (const [index, value] of actual.entries()) {
      const where = difference(argument, value, `${path}[${index}]`);
      if (where !== null) return where;
    }
    return null;
  }) as Compare,
  absent: check((argument, actual) => (actual === undefined) === argument),
  any: check((_argument, actual) => actual !== undefined),
  oneOf: check((argument, actual) => Array.isArray(argument) && argument.some((one) => fits(one, actual))),
  unordered: check((argument, actual) => Array.isArray(argument) && fitsUnordered(argument, actual)),
};

function check(fits: (argument: Expected, actual: unknown) => boolean): Compare {
  return (argument, actual, path) => (fits(argument, actual) ? null : path);
}

function fits(expected: Expected, actual: unknown): boolean {
  return difference(expected, actual, '') === null;
}

/** A text contains texts; a list contains elements. Several wanted things may lie in any order. */
function contains(argument: Expected, actual: unknown): boolean {
  const wanted = Array.isArray(argument) ? argument : [argument];
  if (typeof actual === 'string')
    return wanted.every((part) => typeof part === 'string' && actual.includes(part));
  if (!Array.isArray(actual)) return false;
  return wanted.every((one) => actual.some((item) => fits(one, item)));
}

/** Whether the elements can be paired off one to one: augmenting paths of a bipartite matching. */
function fitsUnordered(expected: readonly Expected[], actual: unknown): boolean {
  if (!Array.isArray(actual) || actual.length !== expected.length) return false;
  const takenBy = new Map<number, number>();
  const place = (wanted: number, visited: Set<number>): boolean =>
    actual.some((item, index) => {
      if (visited.has(index) || !fits(expected[wanted]!, item)) return false;
      visited.add(index);
      const holder = takenBy.get(index);
      if (holder !== undefined && !place(holder, visited)) return false;
      takenBy.set(index, wanted);
      return true;
    });
  return expected.every((_, wanted) => place(wanted, new Set()));
}

/** JSON Schema 2020-12; patterns run in linear time, references stay inside the schema. */
function compileSchema(schema: Expected): (value: unknown) => boolean {
  const regExp = Object.assign((pattern: string) => new LinearPattern(pattern), { code: 'linearPattern' });
  const ajv = new Ajv2020({ strict: false, logger: false, code: { regExp } });
  if (typeof schema !== 'boolean' && !isRecord(schema)) throw new Error('not a schema');
  const validate = ajv.compile(schema);
  return (value) => validate(value);
}

/** What ajv needs of a regular expression. */
class LinearPattern {
  private readonly pattern: RE2JS;

  constructor(private readonly source: string) {
    this.pattern = RE2JS.compile(source);
  }

  test(text: string): boolean {
    return this.pattern.matcher(text).find();
  }

  /** Ajv tells patterns apart by this. */
  toString(): string {
    return this.source;
  }
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
