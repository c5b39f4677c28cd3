import assert from 'node:assert/strict';
import { parseScenario, type ScenarioProblem } from '../../../src/holdouts/scenario';
import type { Scenario } from '../../../src/holdouts/scenarioSchema';

const head = 'id: s\ncovers: [R1]\n';
const step = 'steps: [{ run: ["true"] }]\n';

function parsed(text: string): Scenario {
  const read = parseScenario(text);
  assert.ok('scenario' in read, JSON.stringify(read));
  return read.scenario;
}

function problems(text: string, ids?: string[]): ScenarioProblem[] {
  const read = parseScenario(text, ids);
  assert.ok('problems' in read, 'should be refused');
  return read.problems;
}

describe('a scenario', () => {
  it('of the documentation is read', () => {
    const scenario = parsed(`
id: three-429s-then-posted          # vault text
covers: [R2]
why: a retry that ignores Retry-After passes the happy path
weight: 2
given:
  env: { OFFBOARD_CHANNEL: C024BE91L }
  twins:
    okta:  { seed: { users: [{ id: 00u1, status: ACTIVE, profile: { login: "{{canary.email}}" } }] } }
    slack: { faults: [{ on: chat.postMessage, times: 3, reply: ratelimited, retryAfter: 1 }] }
  files: { config.json: '{"poll": 1}' }
  git: [{ message: "feat: x", files: { a.txt: hi }, tag: v1.0.0, date: 2026-01-01T00:00:00Z }]
steps:
  - start: default
  - http: { method: POST, url: "{{base}}/sync" }
    expect: { status: 202, json: { queued: 1 } }
    save: { job: "$.id" }
  - run: [ "{{program}}", status, "{{saved.job}}" ]
    expect: { exit: 0, stdout: { matches: "^done" }, within: 10s }
  - twin: slack
    expect: { calls: { method: chat.postMessage, answered: ok, count: 1 }, state: { "$.messages[0].channel": C024BE91L } }
`);
    assert.deepEqual(scenario.covers, ['R2']);
    assert.equal(scenario.weight, 2);
    assert.equal(scenario.steps.length, 4);
    assert.deepEqual(scenario.given.twins?.slack?.faults, [
      { on: 'chat.postMessage', times: 3, reply: 'ratelimited', retryAfter: 1 },
    ]);
  });

  it('keeps texts as written where a text is expected, and values where a value is', () => {
    const { given, steps } = parsed(`${head}
given:
  env: { PORT: 8080, V: 1.10, ON: true, OCTAL: 0o17, ID: 007 }
  twins: { slack: { seed: { n: 1.10, on: true, list: [~, 1e3] } } }
steps:
  - run: [ echo, 1.0, true ]
    expect: { stdout: 1.10, exit: 0 }
  - http: { url: "{{base}}", json: { n: 1 } }
    expect: { status: 200, headers: { x-count: 12 }, json: { n: 2.50 } }`);
    assert.deepEqual(given.env, { PORT: '8080', V: '1.10', ON: 'true', OCTAL: '0o17', ID: '007' });
    assert.deepEqual(given.twins?.slack?.seed, { n: 1.1, on: true, list: [null, 1000] });
    assert.deepEqual(steps, [
      { run: ['echo', '1.0', 'true'], expect: { stdout: '1.10', exit: 0 } },
      {
        http: { url: '{{base}}', json: { n: 1 } },
        expect: { status: 200, headers: { 'x-count': '12' }, json: { n: 2.5 } },
      },
    ]);
  });

  const run = 'x {{program}} > {{report}}';
  const suite = (report: string, files = 't', command = 'x {{program}}', more = ''): string =>
    `${head}suite: { files: ${files}, command: "${command}", report: ${report}${more && `, ${more}`} }`;
  const refused: [string, string, number, RegExp, RegExp?][] = [
    ['broken YAML', `${head}steps: [`, 3, /not well formed/],
    ['a duplicate key', `${head}covers: [R2]\n${step}`, 3, /not well formed \(duplicate key\)/],
    ['an empty file', '', 1, /a map is expected/],
    ['an alias of nothing', `${head}given: *nothing\n${step}`, 1, /aliases/],
    [
      'an alias bomb',
      `${head}why: &a [x]\na: &b [${'*a, '.repeat(50)}]\nb: &c [${'*b, '.repeat(50)}]\n${step}`,
      1,
      /aliases/,
    ],
    ['a missing id', `covers: [R1]\n${step}`, 1, /`id` is missing/],
    ['missing steps', head, 1, /`steps` is missing/],
    ['no steps', `${head}steps: []`, 3, /form/, /at least one step/],
    ['no covers', `id: s\ncovers: []\n${step}`, 2, /form/, /at least one requirement/],
    ['an unknown key', `${head}gvien: {}\n${step}`, 3, /not known/, /`given`/],
    [
      'an unknown key of a step',
      `${head}steps:\n  - run: ["true"]\n    expct: {}`,
      5,
      /not known/,
      /`expect`/,
    ],
    [
      'an unknown key of an expectation',
      `${head}steps:\n  - run: ["true"]\n    expect: { stdot: x }`,
      5,
      /not known/,
      /`stdout`/,
    ],
    [
      'an unknown matcher for text',
      `${head}steps:\n  - run: ["true"]\n    expect: { stdout: { matchs: x } }`,
      5,
      /not known/,
      /`matches`/,
    ],
    ['an unknown kind of step', `${head}steps:\n  - htpp: { url: x }`, 4, /no known kind/, /`http`/],
    ['two kinds in one step', `${head}steps:\n  - start: a\n    run: ["true"]`, 4, /two kinds/],
    ['sql', `${head}steps:\n  - sql: { query: x }`, 4, /`sql` is not supported yet/],
    [
      'nothing to judge',
      `${head}steps:\n  - start: a\n  - judge: x\n  - run: ["true"]\n    expect: { exit: 0 }`,
      5,
      /nothing to judge/,
    ],
    [
      'a judge that is alone',
      `${head}steps:\n  - run: ["true"]\n    expect: { within: 1s }\n  - judge: x`,
      6,
      /alone decides/,
    ],
    ['a suite without a report', `${head}suite: { files: t, command: x }`, 3, /form/, /tap, junit/],
    ['a suite in another format', `${suite('xunit')}`, 3, /form/, /tap, junit/],
    ['a suite of files elsewhere', suite('exit', 't/../..'), 3, /not the path of a folder/],
    [
      'a suite that runs no program',
      suite('exit', 't', 'make test'),
      3,
      /asks nothing/,
      /in-process|process/,
    ],
    ['a suite that knows the code', suite('exit', 't', 'x {{program}} {{root}}'), 3, /placeholder/],
    [
      'a report on standard output',
      suite('tap', 't', 'x {{program}}', 'cases: [a], mustFail: [b]'),
      3,
      /only it can/,
    ],
    ['a report without cases', suite('tap', 't', run, 'mustFail: [b]'), 3, /`cases`/],
    ['a report without a planted case', suite('tap', 't', run, 'cases: [b]'), 3, /`mustFail`/, /Plant/],
    ['a case that passes and fails', suite('tap', 't', run, 'cases: [a], mustFail: [a]'), 3, /twice/],
    ['cases of an exit status', suite('exit', 't', 'x {{program}}', 'cases: [a]'), 3, /no cases/],
    ['inputs from elsewhere', suite('exit', 't', 'x {{program}}', 'inputs: [../x]'), 3, /pattern/],
    ['a wrong duration', `${head}steps:\n  - run: ["true"]\n    expect: { within: soon }`, 5, /form/, /10s/],
    ['a wrong type', `${head}weight: heavy\n${step}`, 3, /a number is expected/],
    ['a weight of nothing', `${head}weight: 0\n${step}`, 3, /form/, /above 0/],
    ['a path out of the folder', `${head}given: { files: { ../x: y } }\n${step}`, 3, /leads out/],
    [
      'a path into .git',
      `${head}given: { git: [{ message: m, files: { .GIT/hooks/x: y } }] }\n${step}`,
      3,
      /leads out/,
    ],
    ['a wrong date', `${head}given: { git: [{ message: m, date: yesterday }] }\n${step}`, 3, /not a date/],
    ['a wrong tag', `${head}given: { git: [{ message: m, tag: "a b" }] }\n${step}`, 3, /for a tag/],
    ['an unknown placeholder', `${head}steps:\n  - run: ["{{prgram}}"]`, 4, /placeholder/],
    ['a value saved later', `${head}steps:\n  - run: ["{{saved.a}}"]\n    save: { a: $ }`, 4, /placeholder/],
    [
      'a bad pattern',
      `${head}steps:\n  - run: ["true"]\n    expect: { stdout: { matches: "(?=a)" } }`,
      5,
      /valid pattern/,
    ],
    [
      'a bad schema',
      `${head}steps:\n  - run: ["true"]\n    expect: { json: { schema: { type: 1 } } }`,
      5,
      /JSON Schema/,
    ],
    [
      'a schema from elsewhere',
      `${head}steps:\n  - run: ["true"]\n    expect: { json: { schema: { $ref: "file:///etc/passwd" } } }`,
      5,
      /JSON Schema/,
    ],
    ['a bad JSONPath', `${head}steps:\n  - run: ["true"]\n    save: { a: "a.b" }`, 5, /JSONPath/],
    [
      'a bad JSONPath of a state',
      `${head}steps:\n  - twin: slack\n    expect: { state: { "$[": 1 } }`,
      5,
      /JSONPath/,
    ],
    [
      'a bad range',
      `${head}steps:\n  - run: ["true"]\n    expect: { exit: { between: [2, 1] } }`,
      5,
      /range/,
    ],
    [
      'a twin step without expectation',
      `${head}steps:\n  - twin: slack\n    expect: {}`,
      4,
      /does and expects nothing/,
    ],
  ];
  for (const [what, text, line, message, hint] of refused) {
    it(`with ${what} is refused at its place`, () => {
      const [problem] = problems(text);
      assert.equal(problem?.line, line, JSON.stringify(problem));
      assert.match(problem.message, message);
      assert.match(problem.hint, hint ?? /./);
    });
  }

  it('that covers what the spec does not have is refused, when the spec is known', () => {
    const text = `id: s\ncovers: [R1, R9]\n${step}`;
    assert.match(problems(text, ['R1', 'R2'])[0]?.message ?? '', /not in the spec/);
    assert.deepEqual(parsed(text).covers, ['R1', 'R9']);
  });

  it('never shows in a problem, whatever field its text is in', () => {
    const canary = 'xq7canary';
    const fields = [
      `id: ${canary}`,
      `covers: [${canary}]`,
      `why: ${canary}`,
      `weight: ${canary}`,
      `${canary}: 1`,
      `given: ${canary}`,
      `given: { env: ${canary} }`,
      `given: { env: { "${canary} x": y } }`,
      `given: { files: { ../${canary}: x } }`,
      `given: { files: { a: { text: "{{${canary}}}", template: true } } }`,
      `given: { twins: { slack: { seed: "{{${canary}}}", fault: ${canary} } } }`,
      `given: { git: [{ message: x, date: ${canary}, tag: "${canary} " }] }`,
      `steps: ${canary}`,
      `steps: [${canary}]`,
      `steps: [{ ${canary}: 1 }]`,
      `steps: [{ start: x, ${canary}: 1 }]`,
      `steps: [{ run: ["{{${canary}}}"] }]`,
      `steps: [{ run: "{{saved.${canary}}}" }]`,
      `steps: [{ http: { url: x, ${canary}: x }, expect: { status: "{{${canary}}}" } }]`,
      `steps: [{ http: { url: x }, expect: { json: { a: { matches: "(${canary}" } } } }]`,
      `steps: [{ http: { url: x }, expect: { within: ${canary} }, save: { ${canary}: "${canary}" } }]`,
      `steps: [{ run: [x], expect: { json: { schema: { type: ${canary} } } } }]`,
      `steps: [{ run: [x], expect: { stdout: { ${canary}: 1 } } }]`,
      `steps: [{ file: [${canary}], expect: { text: { matches: "(${canary}" } } }]`,
      `steps: [{ twin: slack, expect: { state: { "${canary}": ${canary} } } }]`,
      `steps: [{ sql: ${canary} }]`,
      `steps: [{ judge: ${canary} }]`,
      `steps: [{ run: [x] }, { judge: [${canary}] }, { judge: "{{${canary}}}" }]`,
      `suite: ${canary}`,
      `suite: { files: ../${canary}, command: "${canary} {{${canary}}}", report: tap, cases: [${canary}, ${canary}] }`,
      `suite: { files: t, command: "{{program}}", report: exit, inputs: [/${canary}] }`,
      `suite: { files: t, command: x, report: ${canary} }`,
      `"${canary}`,
      `- ${canary}`,
      `? { ${canary}: 1 }\n: 2`,
      `why: !${canary} x`,
      `why: *${canary}`,
      `? ${canary}\n${canary}: {`,
    ];
    for (const field of fields) {
      const name = field.split(':')[0] ?? '';
      const rest = `${head}${step}`.split('\n').filter((line) => !line.startsWith(`${name}:`));
      const read = parseScenario([field, ...rest].join('\n'), ['R1']);
      if ('problems' in read) assert.ok(!JSON.stringify(read).includes(canary), field);
      else assert.ok(/^(id|why):/.test(field), `${field} should be refused`);
    }
  });
});
