import { memberOf } from './formats';
import { refuse } from './refusal';

// Properties as requests bring them, alone or with the thing they belong to.

const maxKey = 255;
/** Characters of a value as JSON. */
const maxValue = 32_768;

/** Refuses a property that Jira does not keep. */
export function checkProperty(key: string, value: unknown): void {
  if (value === undefined) refuse(400, 'The value of the property must be valid JSON.');
  if (key.length > maxKey) refuse(400, `The property key must be at most ${maxKey} characters.`);
  // No snapshot can hold a member of that name.
  if (key === '__proto__') refuse(400, `The property key '${key}' is not valid.`);
  if (JSON.stringify(value).length > maxValue) {
    refuse(400, `The property value must be at most ${maxValue} characters.`);
  }
}

/** Reads `[{ key, value }]`. */
export function readProperties(given: unknown): Record<string, unknown> {
  if (!Array.isArray(given)) return {};
  const entries = given.flatMap((item): [string, unknown][] => {
    const [key, value] = [memberOf(item, 'key'), memberOf(item, 'value')];
    if (typeof key !== 'string' || key === '') return [];
    checkProperty(key, value);
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}
