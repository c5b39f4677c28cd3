/** The text is no expression that this twin knows. */
class ExpressionError extends Error {}

type Value = string | boolean | number | null;

/** What an expression is about. */
interface Subject {
  /** The value of `user.<name>`; null where there is none. */
  attribute(name: string): unknown;
  /** True when the user is in one of these groups. */
  inGroup(ids: readonly string[]): boolean;
  /** True when the user is in a group whose name fits. */
  inGroupNamed(fits: (name: string) => boolean): boolean;
}

/** An expression, read. */
export type Expression = (subject: Subject) => Value;

const maxTokens = 500;
const maxDepth = 30;
const tokenPattern =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|&&|\|\||[(),!])|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(.))/gsy;

const unquote = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, '$1');
const text = (value: Value): string => (value === null ? '' : String(value));

function fail(problem: string): never {
  throw new ExpressionError(problem);
}

type Call = (args: readonly Value[], subject: Subject) => Value;
const functions: Readonly<Record<string, Call>> = {
  'String.stringContains': ([whole = null, part = null]) => text(whole).includes(text(part)),
  'String.startsWith': ([whole = null, part = null]) => text(whole).startsWith(text(part)),
  'String.endsWith': ([whole = null, part = null]) => text(whole).endsWith(text(part)),
  'String.toLowerCase': ([whole = null]) => text(whole).toLowerCase(),
  'String.toUpperCase': ([whole = null]) => text(whole).toUpperCase(),
  'String.len': ([whole = null]) => text(whole).length,
  isMemberOfGroup: (ids, subject) => subject.inGroup(ids.map(text)),
  isMemberOfAnyGroup: (ids, subject) => subject.inGroup(ids.map(text)),
  isMemberOfGroupName: ([name = null], subject) => subject.inGroupNamed((own) => own === text(name)),
  isMemberOfGroupNameStartsWith: ([name = null], subject) =>
    subject.inGroupNamed((own) => own.startsWith(text(name))),
  isMemberOfGroupNameContains: ([name = null], subject) =>
    subject.inGroupNamed((own) => own.includes(text(name))),
};

const plain = (value: unknown): Value =>
  typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : null;

class Reader {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  private peek(): string {
    return this.tokens[this.position] ?? '';
  }

  /** Goes past one of these words if it comes next. */
  private skip(...words: string[]): string | null {
    const token = this.peek();
    if (!words.includes(token.toLowerCase())) return null;
    this.position += 1;
    return token;
  }

  private need(word: string): void {
    if (this.skip(word) === null) fail(`${word} expected`);
  }

  whole(): Expression {
    const expression = this.any();
    if (this.position < this.tokens.length) fail('end expected');
    return expression;
  }

  private any(): Expression {
    this.depth += 1;
    if (this.depth > maxDepth) fail('too many parentheses');
    let left = this.all();
    while (this.skip('or', '||') !== null) {
      const [first, second] = [left, this.all()];
      left = (subject) => first(subject) === true || second(subject) === true;
    }
    this.depth -= 1;
    return left;
  }

  private all(): Expression {
    let left = this.compared();
    while (this.skip('and', '&&') !== null) {
      const [first, second] = [left, this.compared()];
      left = (subject) => first(subject) === true && second(subject) === true;
    }
    return left;
  }

  private compared(): Expression {
    const left = this.single();
    const operator = this.skip('==', '!=');
    if (operator === null) return left;
    const right = this.single();
    return (subject) => (left(subject) === right(subject)) === (operator === '==');
  }

  private single(): Expression {
    let turned = false;
    while (this.skip('!', 'not') !== null) turned = !turned;
    const value = this.value();
    return turned ? (subject) => value(subject) !== true : value;
  }

  private value(): Expression {
    if (this.skip('(') !== null) {
      const inner = this.any();
      this.need(')');
      return inner;
    }
    const token = this.peek();
    if (token === '') fail('value expected');
    this.position += 1;
    if (/^["']/.test(token)) return () => unquote(token);
    if (/^-?\d/.test(token)) return () => Number(token);
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (token === 'null') return () => null;
    const attribute = /^user\.(?:profile\.)?(\w+)$/.exec(token)?.[1];
    if (attribute) return (subject) => plain(subject.attribute(attribute));
    return this.call(token);
  }

  private call(name: string): Expression {
    const work =
      (Object.hasOwn(functions, name) ? functions[name] : undefined) ?? fail(`unknown name ${name}`);
    this.need('(');
    const args: Expression[] = [];
    while (this.skip(')') === null) {
      if (args.length > 0) this.need(',');
      args.push(this.any());
    }
    return (subject) =>
      work(
        args.map((argument) => argument(subject)),
        subject,
      );
  }
}

/** Reads the part of Okta's expression language that group rules use. Throws `ExpressionError`. */
export function parseExpression(source: string): Expression {
  const tokens: string[] = [];
  for (const [, quoted, symbol, number, word, other] of source.trimEnd().matchAll(tokenPattern)) {
    if (other !== undefined) fail(`unexpected ${other}`);
    tokens.push(quoted ?? symbol ?? number ?? word ?? '');
    if (tokens.length > maxTokens) fail('too long');
  }
  return new Reader(tokens).whole();
}

export function isExpression(source: string): boolean {
  try {
    parseExpression(source);
    return true;
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}
