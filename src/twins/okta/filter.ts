/** Operators that compare, as written after a property. */
export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'ew', 'co'] as const;
export type Comparison = (typeof comparisons)[number];
type FilterValue = string | number | boolean | null;

/** A filter of Okta's and SCIM's grammar, read. */
export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; inner: Filter }
  | { kind: 'compare'; property: string; operator: Comparison; value: FilterValue }
  | { kind: 'present'; property: string }
  /** True of an object when one element of the array fulfils `inner`. */
  | { kind: 'element'; property: string; inner: Filter };

/** The text is no filter. */
export class FilterSyntaxError extends Error {}

/** Parentheses in parentheses that are still read. */
const maxDepth = 50;
const maxTokens = 2000;

type Token = { text: string; value?: FilterValue };

const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|(-?\d+(?:\.\d+)?(?=[\s()[\]]|$))|([A-Za-z_$][\w$.:-]*)|(.))/gsy;

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [, quoted, bracket, number, word, other] of text.trimEnd().matchAll(tokenPattern)) {
    if (other !== undefined) throw new FilterSyntaxError(`unexpected ${other}`);
    if (quoted !== undefined) tokens.push({ text: quoted, value: unquote(quoted) });
    else if (number !== undefined) tokens.push({ text: number, value: Number(number) });
    else tokens.push({ text: bracket ?? word ?? '' });
    if (tokens.length > maxTokens) throw new FilterSyntaxError('too long');
  }
  return tokens;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new FilterSyntaxError(`unreadable text ${quoted}`);
  }
}

const constants: Readonly<Record<string, FilterValue>> = { true: true, false: false, null: null };

class Reader {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  private peekWord(): string {
    const token = this.tokens[this.position];
    return token?.value === undefined ? (token?.text ?? '') : '';
  }

  private take(what: string): Token {
    const token = this.tokens[this.position] ?? fail(`${what} expected`);
    this.position += 1;
    return token;
  }

  /** Goes past this word or bracket if it comes next; words in any case. */
  private skip(word: string): boolean {
    if (this.peekWord().toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }

  whole(): Filter {
    const filter = this.any();
    if (this.position < this.tokens.length) fail('end expected');
    return filter;
  }

  private any(): Filter {
    this.depth += 1;
    if (this.depth > maxDepth) fail('too many parentheses');
    let left = this.all();
    while (this.skip('or')) left = { kind: 'or', left, right: this.all() };
    this.depth -= 1;
    return left;
  }

  private all(): Filter {
    let left = this.single();
    while (this.skip('and')) left = { kind: 'and', left, right: this.single() };
    return left;
  }

  private group(end: ')' | ']'): Filter {
    const inner = this.any();
    if (!this.skip(end)) fail(`${end} expected`);
    return inner;
  }

  private single(): Filter {
    if (this.skip('(')) return this.group(')');
    const { text: property, value: literal } = this.take('property');
    if (literal !== undefined || !/^[A-Za-z_$]/.test(property)) fail('property expected');
    if (property.toLowerCase() === 'not' && this.skip('(')) return { kind: 'not', inner: this.group(')') };
    if (this.skip('[')) return { kind: 'element', property, inner: this.group(']') };
    const word = this.take('operator');
    const operator = word.value === undefined ? word.text.toLowerCase() : '';
    if (operator === 'pr') return { kind: 'present', property };
    const comparison = comparisons.find((candidate) => candidate === operator) ?? fail('operator expected');
    return { kind: 'compare', property, operator: comparison, value: this.value() };
  }

  private value(): FilterValue {
    const { text, value } = this.take('value');
    if (value !== undefined) return value;
    const word = text.toLowerCase();
    const constant = Object.hasOwn(constants, word) ? constants[word] : undefined;
    return constant === undefined ? fail('value expected') : constant;
  }
}

function fail(problem: string): never {
  throw new FilterSyntaxError(problem);
}

/** Reads a filter such as `status eq "ACTIVE" and (created gt "2024…" or not (id pr))`. Throws `FilterSyntaxError`. */
export function parseFilter(text: string): Filter {
  return new Reader(tokenise(text)).whole();
}

/** How values compare. */
interface Matching {
  /** Text in any case is the same; property names never. */
  ignoreCase: boolean;
}

/** The value at a path such as `profile.email`; `undefined` where there is none. */
export function propertyOf(object: unknown, path: string): unknown {
  let value = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** All values at a path, also those of objects in arrays on the way. */
function valuesOf(object: unknown, names: readonly string[]): unknown[] {
  if (Array.isArray(object)) return object.flatMap((item) => valuesOf(item, names));
  const [name, ...rest] = names;
  if (name === undefined) return [object];
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return [undefined];
  return valuesOf((object as Record<string, unknown>)[name], rest);
}

const isoDate = /^\d{4}-\d\d-\d\dT/;

/** Below, equal or above as -1, 0, 1; null where the two cannot be compared. Times compare as times. */
function order(actual: unknown, wanted: FilterValue): number | null {
  if (typeof actual !== typeof wanted) return null;
  if (typeof actual === 'string' && typeof wanted === 'string') {
    const times =
      isoDate.test(actual) && isoDate.test(wanted) ? [Date.parse(actual), Date.parse(wanted)] : [];
    const [a, b] = times;
    if (a !== undefined && b !== undefined && !Number.isNaN(a) && !Number.isNaN(b)) return Math.sign(a - b);
    return actual < wanted ? -1 : Number(actual > wanted);
  }
  if (typeof actual === 'number' && typeof wanted === 'number') return Math.sign(actual - wanted);
  return actual === wanted ? 0 : null;
}

function compareOne(actual: unknown, operator: Comparison, wanted: FilterValue, how: Matching): boolean {
  const fold = <T>(value: T): T | string =>
    how.ignoreCase && typeof value === 'string' ? value.toLowerCase() : value;
  if (wanted === null) return operator === 'eq' && (actual ?? null) === null;
  const value = fold(actual);
  const target = fold(wanted);
  if (operator === 'sw' || operator === 'ew' || operator === 'co') {
    if (typeof value !== 'string' || typeof target !== 'string') return false;
    if (operator === 'co') return value.includes(target);
    return operator === 'sw' ? value.startsWith(target) : value.endsWith(target);
  }
  const place = order(value, target);
  if (place === null) return operator === 'ne';
  const holds = {
    eq: place === 0,
    ne: place !== 0,
    gt: place > 0,
    ge: place >= 0,
    lt: place < 0,
    le: place <= 0,
  };
  return holds[operator];
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** True when `object` fulfils the filter; of an array one element is enough. */
export function matches(filter: Filter, object: unknown, how: Matching): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, object, how) && matches(filter.right, object, how);
    case 'or':
      return matches(filter.left, object, how) || matches(filter.right, object, how);
    case 'not':
      return !matches(filter.inner, object, how);
    case 'present':
      return valuesOf(object, filter.property.split('.')).some(isPresent);
    case 'element': {
      const value = propertyOf(object, filter.property);
      return Array.isArray(value) && value.some((item) => matches(filter.inner, item, how));
    }
    case 'compare': {
      const values = valuesOf(object, filter.property.split('.'));
      return values.some((item) => compareOne(item, filter.operator, filter.value, how));
    }
  }
}

/** Which properties may be compared how, and whether `not` and `pr` may be used. */
export interface FilterRules {
  /** Operators of a property; null where it may not be named. `pr` stands for presence. */
  operators(property: string): readonly (Comparison | 'pr')[] | null;
  not: boolean;
}

/** True when the filter keeps to the rules. */
export function isAllowed(filter: Filter, rules: FilterRules): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return isAllowed(filter.left, rules) && isAllowed(filter.right, rules);
    case 'not':
      return rules.not && isAllowed(filter.inner, rules);
    case 'element':
      return rules.operators(filter.property) !== null;
    case 'present':
      return rules.operators(filter.property)?.includes('pr') ?? false;
    case 'compare':
      return rules.operators(filter.property)?.includes(filter.operator) ?? false;
  }
}
