import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/spec/parse';
import { applied, textAt } from './specs';

const body = '# Bot\n## Requirements\n- **R1** The bot MUST start.\n';
const withYaml = (yaml: string) => `---\n${yaml}\n---\n${body}`;

/** Rule, marked text and hint of each finding. */
function found(text: string, path = 'bot.spec.md') {
  return parseSpec(text, path).findings.map(({ rule, range, hint, severity }) => {
    assert.equal(severity, 'error');
    return { rule, marked: textAt(text, range), hint };
  });
}

describe('front matter of a spec', () => {
  it('is read as the format says', () => {
    const text = withYaml(`factory: 1 # format version
category: api-integration
commands:
  setup: npm ci
  test: npm test
  program: [node, dist/cli.js]
  start: { run: node dist/server.js, ready: { port: "{{port}}" } }
env:
  SLACK_API_URL: "{{twin.slack.url}}"
  DATABASE_URL: "{{service.db.url}}"
twins: [slack, okta]
services: { db: { use: postgres, version: ">=15" } }`);
    const { spec, findings } = parseSpec(text, 'bot.spec.md');
    assert.deepEqual(findings, []);
    assert.equal(spec.category, 'api-integration');
    assert.deepEqual(spec.commands, {
      setup: 'npm ci',
      test: 'npm test',
      program: ['node', 'dist/cli.js'],
      start: { default: { run: 'node dist/server.js', ready: { port: '{{port}}' } } },
    });
    assert.deepEqual(spec.env, { SLACK_API_URL: '{{twin.slack.url}}', DATABASE_URL: '{{service.db.url}}' });
    assert.deepEqual(spec.twins, ['slack', 'okta']);
    assert.deepEqual(spec.services, { db: { use: 'postgres', version: '>=15' } });
    assert.equal(spec.text, text);
  });

  it('may name several starts', () => {
    const { spec, findings } = parseSpec(
      withYaml('commands:\n  start:\n    web: { run: node web.js }\n    worker: { run: node worker.js }'),
      'bot.spec.md',
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(spec.commands.start, { web: { run: 'node web.js' }, worker: { run: 'node worker.js' } });
  });

  it('keeps text as written where YAML would guess a type', () => {
    const { spec } = parseSpec(withYaml('env: { VERSION: 1.10, COUNTRY: no, PORT: 0o17 }'), 'bot.spec.md');
    assert.deepEqual(spec.env, { VERSION: '1.10', COUNTRY: 'no', PORT: '0o17' });
  });

  it('may be empty or absent', () => {
    assert.deepEqual(found(`---\n---\n${body}`), []);
    assert.deepEqual(found(`---\n# only a comment\n---\n${body}`), []);
    assert.deepEqual(found(body), []);
  });

  const unknown: [yaml: string, marked: string, hint: string][] = [
    ['factory: 1\ncomands: { test: npm test }', 'comands', 'Did you mean `commands`?'],
    ['commands: { tset: npm test }', 'tset', 'Did you mean `test`?'],
    ['commands: { start: { run: a, redy: { port: "1" } } }', 'redy', 'Did you mean `ready`?'],
    ['commands: { start: { web: { rum: a, run: b } } }', 'rum', 'Did you mean `run`?'],
    ['commands: { start: { run: a, ready: { port: "1", prot: "2" } } }', 'prot', 'Did you mean `port`?'],
    ['services: { db: { use: postgres, verison: "15" } }', 'verison', 'Did you mean `version`?'],
  ];
  for (const [yaml, marked, hint] of unknown) {
    it(`says which key was meant by \`${marked}\``, () => {
      assert.deepEqual(found(withYaml(yaml)), [{ rule: 'front-matter/unknown-key', marked, hint }]);
    });
  }

  it('offers to rename a misspelt key', () => {
    const text = withYaml('commands: { tset: npm test }');
    const [finding] = parseSpec(text, 'bot.spec.md').findings;
    assert.ok(finding?.fix);
    const mended = parseSpec(applied(text, finding.fix), 'bot.spec.md');
    assert.deepEqual(mended.findings, []);
    assert.equal(mended.spec.commands.test, 'npm test');
  });

  it('lists the keys when none is near', () => {
    const [finding] = found(withYaml('colour: red'));
    assert.match(finding?.hint ?? '', /`factory`, `category`, `commands`, `env`, `twins`, `services`/);
  });

  const invalid: [yaml: string, marked: string][] = [
    ['factory: 2', '2'],
    ['commands: npm test', 'npm test'],
    ['commands: { program: node cli.js }', 'node cli.js'],
    ['commands: { program: [] }', '[]'],
    ['commands: { test: [npm, test] }', '[npm, test]'],
    ['commands: { test: }', 'test'],
    ['twins: slack', 'slack'],
    ['twins: [slack, { name: okta }]', '{ name: okta }'],
    ['env: { 1ST: a }', '1ST'],
    ['services: { db: {} }', '{}'],
    ['- a list', '- a list\n'],
  ];
  for (const [yaml, marked] of invalid) {
    it(`points at the value in ${yaml}`, () => {
      const findings = found(withYaml(yaml));
      assert.deepEqual(
        findings.map(({ rule, marked: at }) => ({ rule, at })),
        [{ rule: 'front-matter/invalid-value', at: marked }],
      );
    });
  }

  it('keeps what is right beside what is wrong', () => {
    const { spec } = parseSpec(
      withYaml('twins: [slack]\ncategory: []\ncommands: { test: npm test }'),
      'a.spec.md',
    );
    assert.deepEqual(spec.twins, ['slack']);
    assert.deepEqual(spec.commands, { test: 'npm test' });
  });

  const placeholders: [yaml: string, marked: string, hint: RegExp][] = [
    ['twins: [slack]\nenv: { A: "{{twin.slak.url}}" }', '{{twin.slak.url}}', /Did you mean `slack`/],
    ['env: { A: "{{twin.slack.url}}" }', '{{twin.slack.url}}', /Add it to `twins`/],
    ['env: { A: "x {{prot}} y" }', '{{prot}}', /Did you mean `\{\{port\}\}`/],
    ['env: { A: "{{service.db.url}}" }', '{{service.db.url}}', /Add it to `services`/],
    ['commands: { start: { run: "serve {{home}}" } }', '{{home}}', /Use `\{\{port\}\}`/],
  ];
  for (const [yaml, marked, hint] of placeholders) {
    it(`refuses the placeholder ${marked}`, () => {
      const [finding, ...others] = found(withYaml(yaml));
      assert.deepEqual(others, []);
      assert.equal(finding?.rule, 'front-matter/unknown-placeholder');
      assert.equal(finding.marked, marked);
      assert.match(finding.hint, hint);
    });
  }

  it('leaves escaped braces alone', () => {
    assert.deepEqual(found(withYaml("env: { A: '\\{{whatever}}' }")), []);
  });

  it('says where YAML is broken, in lines of the whole file', () => {
    const text = withYaml('factory: 1\ncommands: { test: npm test');
    const [finding] = parseSpec(text, 'bot.spec.md').findings;
    assert.equal(finding?.rule, 'front-matter/syntax');
    assert.ok(
      finding.range.startLine === 3 || finding.range.startLine === 4,
      String(finding.range.startLine),
    );
    assert.equal(found(withYaml('twins: [slack]\ntwins: [okta]'))[0]?.rule, 'front-matter/syntax');
    assert.equal(found(withYaml('a: *nothing'))[0]?.rule, 'front-matter/syntax');
  });

  it('says that a placeholder needs quotes', () => {
    const [finding] = found(withYaml('commands: { start: { run: a, ready: { port: {{port}} } } }'));
    assert.equal(finding?.rule, 'front-matter/syntax');
    assert.match(finding.hint, /quotes around a placeholder/);
  });

  it('says that it has no end', () => {
    assert.deepEqual(
      found(`---\nfactory: 1\n${body}`).map(({ rule, marked }) => ({ rule, marked })),
      [{ rule: 'front-matter/syntax', marked: '---' }],
    );
  });

  it('stops at aliases that unfold without end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
    );
    const yaml = ['a: &a [x]', ...levels].join('\n').replaceAll('*a-1', '*a');
    assert.ok(found(withYaml(yaml)).some(({ rule }) => rule === 'front-matter/syntax'));
  });

  it("is left alone in other people's files unless it says factory", () => {
    const other = withYaml('title: Anything\nstatus: { draft: {{x}} }');
    assert.deepEqual(found(other, 'specs/001/spec.md'), []);
    assert.equal(found(withYaml('factory: 1\ntitle: x'), 'specs/001/spec.md')[0]?.marked, 'title');
  });

  it('is found behind a byte-order mark and Windows line ends', () => {
    const text = `\uFEFF${withYaml('factory: 1\ncolour: red')}`.replaceAll('\n', '\r\n');
    const { findings, spec } = parseSpec(text, 'bot.spec.md');
    assert.deepEqual(
      findings.map(({ rule, range }) => [rule, range.startLine, range.startColumn, range.endColumn]),
      [['front-matter/unknown-key', 3, 0, 6]],
    );
    assert.equal(spec.requirements.length, 1);
    assert.equal(spec.text, text);
  });
});
