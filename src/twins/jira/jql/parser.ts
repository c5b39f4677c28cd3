import type {
  Clause,
  JqlField,
  JqlQuery,
  Operand,
  Operator,
  OrderBy,
  Predicate,
  PredicateOperator,
  Terminal,
} from './ast';
import { tokenize, type Token } from './lexer';
import { JqlSyntaxError, refuseQuery } from './syntaxError';

/** Deeper nesting than anyone writes; a hostile query must not exhaust the stack. */
const maxDepth = 200;
const validOperators = `The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.`;
const comparisons = ['=', '!=', '>', '>=', '<', '<=', '~', '!~'] as const;
const predicateWords = ['before', 'after', 'from', 'to', 'on', 'during', 'by'] as const;

/** Takes tokens one after the other; every refusal is in Jira's words. */
class Tokens {
  private index = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  peek(ahead = 0): Token {
    // The end is always there, so that looking further ahead finds it again.
    return (this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)] ?? this.tokens.at(-1)) as Token;
  }
  next(): Token {
    const token = this.peek();
    this.index += 1;
    return token;
  }
  is(...texts: string[]): boolean {
    const { kind, text } = this.peek();
    return (kind === 'symbol' || kind === 'keyword') && texts.includes(text);
  }
  take(...texts: string[]): boolean {
    if (!this.is(...texts)) return false;
    this.index += 1;
    return true;
  }
  isText(): boolean {
    return ['word', 'quoted', 'number'].includes(this.peek().kind);
  }
  expect(text: string, named = text): void {
    if (!this.take(text))
      this.refuse(`Expecting '${named}' but got`, `Expecting '${named}' before the end of the query.`);
  }
  /** Refuses the next token. @param after what follows the token in the message; `%` stands for it */
  refuse(got: string, atEnd: string, after = '.', opening?: string): never {
    const token = this.peek();
    if (token.kind === 'end') refuseQuery(atEnd, undefined, opening);
    if (token.kind === 'reserved') {
      refuseQuery(
        `'${token.raw}' is a reserved JQL word. You must surround it in quotation marks to use it in a query.`,
        token,
      );
    }
    refuseQuery(`${got} '${token.raw}'${after.replaceAll('%', () => token.raw)}`, token, opening);
  }
}

function parseFieldName(tokens: Tokens): JqlField {
  if (tokens.is('cf')) return parseCustomField(tokens);
  const token = tokens.peek();
  if (token.kind === 'symbol' && token.text === '[') {
    refuseQuery("Expecting a field name but got '['. Did you mean 'cf['?", token);
  }
  if (!tokens.isText()) {
    tokens.refuse(
      'Expecting a field name but got',
      'Expecting a field name at the end of the query.',
      ". You must surround '%' in quotation marks to use it as a field name.",
    );
  }
  if (token.text === '') refuseQuery('A field name cannot be empty.', token);
  tokens.next();
  if (token.kind !== 'quoted' && /^\w+\.property$/i.test(token.text) && tokens.is('[')) {
    return parseProperty(tokens, token.text);
  }
  return { name: token.text };
}

function parseCustomField(tokens: Tokens): JqlField {
  tokens.next();
  tokens.expect('[');
  const id = tokens.peek();
  if (id.kind !== 'number' || id.text.startsWith('-')) {
    const wanted = 'Expecting a custom field id (a positive number)';
    tokens.refuse(`${wanted} but got`, `${wanted} before the end of the query.`);
  }
  tokens.next();
  tokens.expect(']');
  return { name: `cf[${id.text}]`, customFieldId: Number(id.text) };
}

function parseProperty(tokens: Tokens, name: string): JqlField {
  tokens.expect('[');
  if (!tokens.isText()) {
    const wanted = 'Expecting a property id';
    tokens.refuse(`${wanted} but got`, `${wanted} before the end of the query.`);
  }
  const key = tokens.next().text;
  tokens.expect(']');
  const next = tokens.peek();
  const path = next.kind === 'word' && next.text.startsWith('.') ? tokens.next().text.slice(1) : '';
  return {
    name: `${name}[${key}]${path && `.${path}`}`,
    property: { entity: name.slice(0, -'.property'.length), key, path },
  };
}

function parseOperator(tokens: Tokens): Operator {
  for (const comparison of comparisons) if (tokens.take(comparison)) return comparison;
  if (tokens.take('in')) return 'in';
  if (tokens.take('changed')) return 'changed';
  if (tokens.take('not')) {
    tokens.expect('in', 'IN');
    return 'not in';
  }
  if (tokens.take('is')) {
    if (tokens.is('!')) tokens.refuse("Expecting 'NOT' but got", '');
    return tokens.take('not') ? 'is not' : 'is';
  }
  if (tokens.take('was')) {
    const negated = tokens.take('not');
    if (tokens.take('in')) return negated ? 'was not in' : 'was in';
    return negated ? 'was not' : 'was';
  }
  return tokens.refuse(
    'Expecting operator but got',
    `Expecting operator before the end of the query. ${validOperators}`,
    `. ${validOperators}`,
  );
}

function parseArguments(tokens: Tokens): string[] {
  const args: string[] = [];
  tokens.expect('(');
  if (tokens.is(',') || tokens.peek().kind === 'end') tokens.expect(')');
  while (!tokens.take(')')) {
    if (!tokens.isText()) {
      if (tokens.is(')')) refuseQuery('Function argument must be specified.', tokens.peek());
      tokens.refuse(
        'Expecting a function argument but got',
        'Expecting a function argument at the end of the query.',
        ". You must surround '%' in quotation marks to use it as an argument.",
      );
    }
    args.push(tokens.next().text);
    if (tokens.is(')')) continue;
    if (!tokens.take(',')) {
      tokens.refuse("Expecting ')' or ',' but got", "Expecting ')' before the end of the query.");
    }
    if (tokens.is(')')) refuseQuery('Function argument must be specified.', tokens.peek());
  }
  return args;
}

function parseOperand(tokens: Tokens, depth: number): Operand {
  if (depth > maxDepth) refuseQuery('The query is nested too deeply.', tokens.peek());
  if (tokens.take('empty', 'null')) return { kind: 'empty' };
  if (tokens.take('(')) {
    const values = [parseOperand(tokens, depth + 1)];
    while (tokens.take(',')) values.push(parseOperand(tokens, depth + 1));
    tokens.expect(')');
    return { kind: 'list', values };
  }
  if (!tokens.isText()) {
    const wanted = 'Expecting either a value, list or function';
    tokens.refuse(
      `${wanted} but got`,
      `${wanted} before the end of the query.`,
      ". You must surround '%' in quotation marks to use it as a value.",
      'Error in JQL Query',
    );
  }
  const token = tokens.next();
  if (!tokens.is('(')) return { kind: 'value', value: token.text, isNumber: token.kind === 'number' };
  if (token.text === '') refuseQuery('A function name cannot be empty.', token);
  return { kind: 'function', name: token.text, args: parseArguments(tokens) };
}

function parsePredicates(tokens: Tokens, depth: number): Predicate[] {
  const predicates: Predicate[] = [];
  while (tokens.is(...predicateWords)) {
    const operator = tokens.next().text as PredicateOperator;
    predicates.push({ operator, operand: parseOperand(tokens, depth) });
  }
  return predicates;
}

function parseTerminal(tokens: Tokens, depth: number): Terminal {
  const field = parseFieldName(tokens);
  const operator = parseOperator(tokens);
  const bare = operator === 'changed' && !tokens.isText() && !tokens.is('(', 'empty', 'null');
  const operand = bare ? null : parseOperand(tokens, depth);
  return { kind: 'terminal', field, operator, operand, predicates: parsePredicates(tokens, depth) };
}

function parseNot(tokens: Tokens, depth: number): Clause {
  if (depth > maxDepth) refuseQuery('The query is nested too deeply.', tokens.peek());
  if (tokens.take('not', '!')) return { kind: 'not', clause: parseNot(tokens, depth + 1) };
  if (!tokens.take('(')) return parseTerminal(tokens, depth);
  const clause = parseOr(tokens, depth + 1);
  tokens.expect(')');
  return clause;
}

function parseAnd(tokens: Tokens, depth: number): Clause {
  const first = parseNot(tokens, depth);
  const clauses = [first];
  while (tokens.take('and', '&&', '&')) clauses.push(parseNot(tokens, depth));
  return clauses.length === 1 ? first : { kind: 'and', clauses };
}

function parseOr(tokens: Tokens, depth: number): Clause {
  const first = parseAnd(tokens, depth);
  const clauses = [first];
  while (tokens.take('or', '||', '|')) clauses.push(parseAnd(tokens, depth));
  return clauses.length === 1 ? first : { kind: 'or', clauses };
}

function parseOrderBy(tokens: Tokens): OrderBy[] {
  tokens.expect('by');
  const orderBy: OrderBy[] = [];
  do {
    const field = parseFieldName(tokens);
    const given = tokens.is('asc', 'desc') ? (tokens.next().text as 'asc' | 'desc') : undefined;
    orderBy.push(given ? { field, direction: given } : { field });
    if (!tokens.is(',') && tokens.peek().kind !== 'end') {
      tokens.refuse(given ? "Expecting ',' but got" : "Expecting either 'ASC' or 'DESC' but got", '');
    }
  } while (tokens.take(','));
  return orderBy;
}

/** What a query says. Throws `JqlSyntaxError` with the message that Jira gives. */
export function parseJql(source: string): JqlQuery {
  const tokens = new Tokens(tokenize(source));
  const isEnd = () => tokens.peek().kind === 'end';
  const where = isEnd() || tokens.is('order') ? null : parseOr(tokens, 0);
  const orderBy = tokens.take('order') ? parseOrderBy(tokens) : [];
  if (!isEnd()) tokens.refuse("Expecting either 'OR' or 'AND' but got", '');
  return { where, orderBy };
}

/** The query, or the message why it is none. */
export function tryParseJql(source: string): { query: JqlQuery } | { error: string } {
  try {
    return { query: parseJql(source) };
  } catch (error) {
    if (error instanceof JqlSyntaxError) return { error: error.message };
    throw error;
  }
}
