import { matcherOf, matchValue, quoteForPattern, type Expected } from './matchers';
import { fillText, type Values } from './placeholders';

/** Fills an expectation: values inside a pattern are quoted, schemas stay as written. */
export function fillExpected(expected: Expected, values: Values): Expected {
  if (typeof expected === 'string') return fillText(expected, values);
  if (Array.isArray(expected)) return expected.map((item) => fillExpected(item, values));
  if (expected === null || typeof expected !== 'object') return expected;
  const isMatcher = matcherOf(expected) !== null;
  const entries = Object.entries(expected).map(([key, item]) => {
    if (isMatcher && key === 'schema') return [key, item];
    if (isMatcher && key === 'matches' && typeof item === 'string') {
      return [key, fillText(item, values, quoteForPattern)];
    }
    return [key, fillExpected(item, values)];
  });
  return Object.fromEntries(entries) as Expected;
}

/** Whether a value is as expected; an expectation that was not written holds. */
export function holds(expected: unknown, actual: unknown, values: Values): boolean {
  return expected === undefined || matchValue(fillExpected(expected as Expected, values), actual).ok;
}
