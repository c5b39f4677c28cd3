import { FactoryError } from '../shared/errors';

/** What placeholders stand for, by name. Only `program` is a list: it stands for several arguments. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

const pattern = /\\\{\{|\{\{([^{}]*)\}\}/g;

/** Names of the placeholders in a text, in order, escaped ones left out. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => (match[1] === undefined ? [] : [match[1].trim()]));
}

/**
 * Replaces every `{{name}}` of a text; `\{{` becomes `{{`.
 * @param encode what is done to each value before it is put in, for example quoting for a pattern
 * @throws FactoryError when a name is not declared or stands for several arguments
 */
export function fillText(text: string, values: Values, encode = (value: string) => value): string {
  return substitute(text, (name) => encode(single(name, values)));
}

/**
 * Fills an argument list after splitting: a value is never split again, and an item that is nothing but
 * a list placeholder becomes several arguments.
 * @throws FactoryError as `fillText`
 */
export function fillArgv(argv: readonly string[], values: Values): string[] {
  return argv.flatMap((item) => {
    const [name] = placeholdersIn(item);
    const value = name === undefined ? undefined : lookUp(name, values);
    if (Array.isArray(value) && /^\{\{[^{}]*\}\}$/.test(item.trim())) return value as string[];
    return [fillText(item, values)];
  });
}

/**
 * Prepares a shell script: placeholders become references to variables of the shell, so that no value is
 * ever read as shell text. The variables are not exported to the programs the script starts.
 * @throws FactoryError when a name is not declared
 */
export function fillScript(script: string, values: Values): { script: string; env: Record<string, string> } {
  const env: Record<string, string> = {};
  const refer = (value: string): string => {
    const name = `value_${Object.keys(env).length + 1}`;
    env[name] = value;
    return `\${${name}}`;
  };
  const text = substitute(script, (name) => {
    const value = lookUp(name, values);
    return typeof value === 'string' ? refer(value) : value.map((item) => `"${refer(item)}"`).join(' ');
  });
  const names = Object.keys(env);
  return { script: names.length === 0 ? text : `export -n ${names.join(' ')}; ${text}`, env };
}

/**
 * Fills every string inside a JSON value; keys stay as they are.
 * @throws FactoryError as `fillText`
 */
export function fillDeep(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((item) => fillDeep(item, values));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillDeep(item, values)]));
}

function substitute(text: string, resolve: (name: string) => string): string {
  return text.replace(pattern, (_whole, name: string | undefined) =>
    name === undefined ? '{{' : resolve(name.trim()),
  );
}

/** The name is not repeated in the error: it may be text of a hidden scenario. */
function lookUp(name: string, values: Values): string | readonly string[] {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) {
    throw new FactoryError('bad-input', 'A placeholder names a value that is not declared.', {
      hint: `Declared here: ${Object.keys(values).filter(isPublic).join(', ')}. Write \\{{ for literal braces.`,
    });
  }
  return value;
}

/** Names that scenario authors choose stay out of messages. */
function isPublic(name: string): boolean {
  return !/^(saved|canary)\./.test(name);
}

function single(name: string, values: Values): string {
  const value = lookUp(name, values);
  if (typeof value === 'string') return value;
  throw new FactoryError(
    'bad-input',
    `{{${name}}} stands for several arguments and was used inside a text.`,
    {
      hint: 'Use it as an item of its own in an argument list, or in a script.',
    },
  );
}
