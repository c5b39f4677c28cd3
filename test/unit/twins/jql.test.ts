import assert from 'node:assert/strict';
import type { Clause, Terminal } from '../../../src/twins/jira/jql/ast';
import { parseJql, tryParseJql } from '../../../src/twins/jira/jql/parser';
import { structureOf } from '../../../src/twins/jira/jql/structure';

const operators =
  "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";
const escapes = String.raw`The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX.`;
const noOperand = 'Expecting either a value, list or function before the end of the query.';

/** Queries and what Jira's own tests say it answers, without the opening words. */
const refused: readonly (readonly [jql: string, message: string])[] = [
  ["comment ~ 'test", "The quoted string 'test' has not been completed. (line 1, character 11)"],
  ["comment ~ 'test\n", "The quoted string 'test ' has not been completed. (line 1, character 11)"],
  ['priority="test\nword', "The quoted string 'test word' has not been completed. (line 1, character 10)"],
  ["comment ~ '", 'The quoted string has not been completed. (line 1, character 11)'],
  ["comme\\unt ~ 'test", `'\\un' is an illegal JQL escape sequence. ${escapes} (line 1, character 6)`],
  ['status =\n\n\n\n\n\n \\c', `'\\c' is an illegal JQL escape sequence. ${escapes} (line 7, character 2)`],
  ['status =\n\n\n\n\\', `The escape sequence has not been completed. ${escapes} (line 5, character 1)`],
  ['status =\n\n\n\n\\u', `'\\u' is an illegal JQL escape sequence. ${escapes} (line 5, character 1)`],
  ["status =\n\n\n\n'\\u'", `'\\u'' is an illegal JQL escape sequence. ${escapes} (line 5, character 2)`],
  [
    'mine{www = qwwr',
    "The character '{' is a reserved JQL character. You must enclose it in a string or use the escape '\\u007b' instead. (line 1, character 5)",
  ],
  [
    'minewww =\u007fqwwr',
    "The character 'U+007F' on line 1 at position 10 must be escaped. Use the escape '\\u007f' instead. (line 1, character 10)",
  ],
  [
    'aaaaa=-3482094382084092840932809482',
    "'-3482094382084092840932809482' is not a valid number. Numbers must be between -9,223,372,036,854,775,808 and 9,223,372,036,854,775,807. (line 1, character 7)",
  ],
  ['a =b order', "Expecting 'by' before the end of the query."],
  ['a =b order summary', "Expecting 'by' but got 'summary'. (line 1, character 12)"],
  ['a =b order by', 'Expecting a field name at the end of the query.'],
  [
    'a =b order by asc',
    "Expecting a field name but got 'asc'. You must surround 'asc' in quotation marks to use it as a field name. (line 1, character 15)",
  ],
  ['a =b order by ajsks blah', "Expecting either 'ASC' or 'DESC' but got 'blah'. (line 1, character 21)"],
  ['a =b order by "" desc', 'A field name cannot be empty. (line 1, character 15)'],
  ["'' = c", 'A field name cannot be empty. (line 1, character 1)'],
  ["a = ''()", 'A function name cannot be empty. (line 1, character 5)'],
  ['a', `Expecting operator before the end of the query. ${operators}`],
  ['a blah >', `Expecting operator but got 'blah'. ${operators} (line 1, character 3)`],
  ['invalid query', `Expecting operator but got 'query'. ${operators} (line 1, character 9)`],
  ['pri ! in (test)', `Expecting operator but got '!'. ${operators} (line 1, character 5)`],
  ['a =a and j not is empty', "Expecting 'IN' but got 'is'. (line 1, character 16)"],
  ['a =a and j is ! empty', "Expecting 'NOT' but got '!'. (line 1, character 15)"],
  ['cf', "Expecting '[' before the end of the query."],
  ['a = b and not (cf = 6)', "Expecting '[' but got '='. (line 1, character 19)"],
  ['cf[', 'Expecting a custom field id (a positive number) before the end of the query.'],
  ['cf[ = 9', "Expecting a custom field id (a positive number) but got '='. (line 1, character 5)"],
  [
    'cf[29829k] = ',
    "Expecting a custom field id (a positive number) but got '29829k'. (line 1, character 4)",
  ],
  [
    'cf[-29829] = ',
    "Expecting a custom field id (a positive number) but got '-29829'. (line 1, character 4)",
  ],
  ['cf[29829 = world', "Expecting ']' but got '='. (line 1, character 10)"],
  ['cf[29829', "Expecting ']' before the end of the query."],
  ['a = func(', "Expecting ')' before the end of the query."],
  ['a = func(, and not (a = x)', "Expecting ')' but got ','. (line 1, character 10)"],
  ['b=func(bad', "Expecting ')' before the end of the query."],
  ['bas=func(bad,)', 'Function argument must be specified. (line 1, character 14)'],
  ['bas=func(bad,', 'Expecting a function argument at the end of the query.'],
  [
    'k = func(!',
    "Expecting a function argument but got '!'. You must surround '!' in quotation marks to use it as an argument. (line 1, character 10)",
  ],
  ['k = func(abc, jk!)', "Expecting ')' or ',' but got '!'. (line 1, character 17)"],
  ['(a=b and c = d', "Expecting ')' before the end of the query."],
  ['b in ((12, (288)', "Expecting ')' before the end of the query."],
  ['abc IN ((foo) abc = a', "Expecting ')' but got 'abc'. (line 1, character 15)"],
  ['a=', noOperand],
  [
    'a=!',
    "Expecting either a value, list or function but got '!'. You must surround '!' in quotation marks to use it as a value. (line 1, character 3)",
  ],
  ['a=b c=d', "Expecting either 'OR' or 'AND' but got 'c'. (line 1, character 5)"],
  ['a=(a,', noOperand],
  ['a = ((c,d), d, e, f, yyy) and', 'Expecting a field name at the end of the query.'],
  ['cf[1000] = jill order by a desc b', "Expecting ',' but got 'b'. (line 1, character 33)"],
  [
    ', a = b',
    "Expecting a field name but got ','. You must surround ',' in quotation marks to use it as a field name. (line 1, character 1)",
  ],
  ['[brenden] = a', "Expecting a field name but got '['. Did you mean 'cf['? (line 1, character 1)"],
  ['a was', noOperand],
  [
    'summary ~ size',
    "'size' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 11)",
  ],
];

function terminal(jql: string): Terminal {
  const { where } = parseJql(jql);
  assert.equal(where?.kind, 'terminal');
  return where;
}

/** A clause as a formula, to see how it is nested. */
function shape(clause: Clause | null): string {
  if (!clause) return '';
  if (clause.kind === 'not') return `!${shape(clause.clause)}`;
  if (clause.kind === 'terminal') return clause.field.name;
  return `(${clause.clauses.map(shape).join(clause.kind === 'and' ? ' & ' : ' | ')})`;
}

describe('JQL grammar', () => {
  for (const [jql, message] of refused) {
    it(`refuses ${JSON.stringify(jql)} in the words of Jira`, () => {
      const parsed = tryParseJql(jql);
      assert.ok('error' in parsed, 'must be refused');
      assert.equal(parsed.error.replace(/^Error in (the )?JQL Query: /, ''), message);
    });
  }

  it('opens a message about operands in other words than the rest', () => {
    const of = (jql: string) => (tryParseJql(jql) as { error: string }).error;
    assert.match(of('a='), /^Error in JQL Query: /);
    assert.match(of('a'), /^Error in the JQL Query: /);
  });

  it('binds NOT before AND before OR, in words and signs', () => {
    assert.equal(shape(parseJql('a=1 or b=2 and not c=3').where), '(a | (b & !c))');
    assert.equal(shape(parseJql('a=1 || b=2 && !c=3').where), '(a | (b & !c))');
    assert.equal(shape(parseJql('(a=1 OR b=2) AND NOT (c=3 AND d=4)').where), '((a | b) & !(c & d))');
  });

  it('knows every operator, whatever its case and spacing', () => {
    const written = '=|!=|<|>|<=|>=|~|!~|in|NOT  IN|IS|is Not|was|was NOT|WAS in|was not IN'.split('|');
    const values = (operator: string) => (/in$/i.test(operator) ? '(x)' : 'x');
    for (const operator of written) {
      assert.equal(
        terminal(`f ${operator} ${values(operator)}`).operator,
        operator.toLowerCase().replace(/\s+/, ' '),
      );
    }
    assert.equal(terminal('status changed').operand, null);
  });

  it('reads values, lists, functions and emptiness', () => {
    assert.deepEqual(terminal('a = 12').operand, { kind: 'value', value: '12', isNumber: true });
    assert.deepEqual(terminal('a = "12"').operand, { kind: 'value', value: '12', isNumber: false });
    assert.deepEqual(terminal("a = 'it\\'s'").operand, { kind: 'value', value: "it's", isNumber: false });
    assert.deepEqual(terminal('a = in\\ two').operand, { kind: 'value', value: 'in two', isNumber: false });
    assert.deepEqual(terminal('due <= endOfMonth(-1w, "x y")').operand, {
      kind: 'function',
      name: 'endOfMonth',
      args: ['-1w', 'x y'],
    });
    assert.deepEqual(terminal('a is NULL').operand, { kind: 'empty' });
    assert.equal(terminal('a in (b, EMPTY, f())').operand?.kind, 'list');
  });

  it('reads custom fields, quoted names and entity properties', () => {
    assert.deepEqual(terminal('CF[10001] = x').field, { name: 'cf[10001]', customFieldId: 10001 });
    assert.deepEqual(terminal('"Story Points[Number]" > 3').field, { name: 'Story Points[Number]' });
    assert.deepEqual(terminal('issue.property["spaces here"].value = x').field, {
      name: 'issue.property[spaces here].value',
      property: { entity: 'issue', key: 'spaces here', path: 'value' },
    });
  });

  it('reads the predicates of history searches', () => {
    const { predicates } = terminal(
      'status changed from Open to "In Progress" by currentUser() during (a, b)',
    );
    assert.deepEqual(
      predicates.map(({ operator }) => operator),
      ['from', 'to', 'by', 'during'],
    );
  });

  it('reads ORDER BY with and without a restriction', () => {
    assert.deepEqual(parseJql('order by created DESC, key').orderBy, [
      { field: { name: 'created' }, direction: 'desc' },
      { field: { name: 'key' } },
    ]);
    assert.deepEqual(parseJql('').where, null);
  });

  it('refuses nesting that would exhaust the stack', () => {
    for (const jql of ['('.repeat(50_000), '!'.repeat(50_000) + 'a=b', `a in ${'('.repeat(50_000)}`]) {
      assert.ok('error' in tryParseJql(jql));
    }
  });

  it('shows its structure as the REST interface does', () => {
    const structure = structureOf(
      parseJql(
        'issue.property["spaces here"].value in ("Service requests", Incidents) ORDER BY updated DESC',
      ),
    );
    assert.deepEqual(structure, {
      where: {
        field: {
          name: 'issue.property[spaces here].value',
          encodedName: 'issue.property["spaces here"].value',
          property: [{ entity: 'issue', key: 'spaces here', path: 'value' }],
        },
        operator: 'in',
        operand: {
          values: [
            { value: 'Service requests', encodedValue: '"Service requests"' },
            { value: 'Incidents', encodedValue: 'Incidents' },
          ],
          encodedOperand: '("Service requests", Incidents)',
        },
      },
      orderBy: { fields: [{ field: { name: 'updated', encodedName: 'updated' }, direction: 'desc' }] },
    });
  });

  it('encodes so that the same is read again', () => {
    for (const text of [
      'plain',
      'and',
      'size',
      'two words',
      'qu"ote',
      'back\\slash',
      'new\nline',
      '',
      'ümlaut',
      '12',
    ]) {
      const structure = structureOf(parseJql(`a = ${JSON.stringify(text)}`)) as {
        where: { operand: { encodedValue: string } };
      };
      const again = terminal(`a = ${structure.where.operand.encodedValue}`).operand;
      assert.equal(again?.kind === 'value' && again.value, text);
    }
  });
});
