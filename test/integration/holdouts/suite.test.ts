import assert from 'node:assert/strict';
import { perform, type Performance } from './theatre';

/** A test runner as people have them: it calls the program and prints TAP. */
const runner = `#!/bin/sh
program=$1
n=0
check() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi
}
check 'upper case' "$(printf 'abc' | "$program")" "$(cat expected/upper.txt)"
check 'a file' "$("$program" cases/words.txt)" "$(cat expected/file.txt)"
cp cases/words.txt "$TMPDIR/made.txt"
check 'a file of its own' "$("$program" --in="$TMPDIR/made.txt")" "$(cat expected/file.txt)"
check 'two from one folder' "$(cd cases && "$program" words.txt more.txt)" "$(cat expected/both.txt)"
"$program" --fail 2>err.txt
check 'status and standard error' "$? $(cat err.txt)" '3 no such thing'
check 'planted' "$(printf 'abc' | "$program")" 'never'
echo "1..$n"
`;

const files = {
  'run.sh': runner,
  'cases/words.txt': 'zqj words',
  'cases/more.txt': ' more',
  'expected/upper.txt': 'ABC',
  'expected/file.txt': 'ZQJ WORDS',
  'expected/both.txt': 'ZQJ WORDS MORE',
};

const cases = [
  'upper case',
  'a file',
  'a file of its own',
  'two from one folder',
  'status and standard error',
];

const scenario = () => `
suite:
  files: tests
  command: './run.sh {{program}} > {{report}}'
  report: tap
  cases: ${JSON.stringify(cases)}
  mustFail: [planted]
  inputs: ['cases/**']`;

const right = `
const { readFileSync } = require('node:fs');
const args = process.argv.slice(2).map((one) => one.replace('--in=', ''));
if (args[0] === '--fail') { console.error('no such thing'); process.exit(3); }
const text = args.length ? args.map((file) => readFileSync(file, 'utf8')).join('') : readFileSync(0, 'utf8');
console.log(text.toUpperCase());
`;

const program = (text: string): Omit<Performance, 'scenario'> => ({
  candidate: { 'tool.js': text },
  spec: { commands: { program: ['node', 'tool.js'] } },
});

async function judged(performance: Performance): Promise<boolean> {
  const { passed, trouble } = await perform(performance);
  assert.equal(trouble, undefined);
  return passed;
}

describe('a suite', () => {
  it('judges the program by arguments, standard input, files, output and exit status', async () => {
    assert.equal(await judged({ ...program(right), files, scenario: scenario() }), true);
    const wrong = right.replace('process.exit(3)', 'process.exit(4)');
    assert.equal(await judged({ ...program(wrong), files, scenario: scenario() }), false);
  });

  it('is void when a case passes that no right program passes', async () => {
    const obeying = right.replace('text.toUpperCase()', `text === 'abc' ? 'never' : text.toUpperCase()`);
    assert.equal(await judged({ ...program(obeying), files, scenario: scenario() }), false);
  });

  it('reads JUnit, JSON lines and an exit status', async () => {
    const report = (text: string) => `cat > {{report}} <<E\n${text}\nE`.replaceAll('\n', '\n    ');
    const suite = (format: string, text: string, more: string) => `
suite:
  files: tests
  command: |
    test "$({{program}} cases/words.txt)" = 'ZQJ WORDS'
    ${text}
  report: ${format}
  inputs: ['cases/*']
  ${more}`;
    const ids = 'cases: [m.a]\n  mustFail: [m.b]';
    const junit = `<testsuite><testcase classname="m" name="a"/><testcase classname="m" name="b"><failure/></testcase></testsuite>`;
    const lines = `{"case":"m.a","outcome":"pass"}\n{"case":"m.b","outcome":"fail"}`;
    for (const one of [
      suite('junit', report(junit), ids),
      suite('json-lines', report(lines), ids),
      suite('exit', 'true', ''),
    ]) {
      assert.equal(await judged({ ...program(right), files, scenario: one }), true, one);
    }
    assert.equal(
      await judged({ ...program('process.exit(1)'), files, scenario: suite('exit', 'true', '') }),
      false,
    );
  });

  it('comes after steps, and may ask a server that these started', async () => {
    const server = `require('node:http').createServer((_, response) => response.end('hello')).listen(process.env.PORT)`;
    const performance = (said: string) => ({
      candidate: { 'server.js': server },
      spec: {
        commands: { start: { default: { run: 'node server.js', ready: { port: '{{port}}' } } } },
      },
      files: {
        'ask.js': `fetch(process.argv[2]).then((a) => a.text()).then((t) => process.exit(t === '${said}' ? 0 : 1))`,
      },
      scenario: `
steps: [{ start: default }]
suite: { files: tests, command: [node, ask.js, "{{base}}"], report: exit }`,
    });
    assert.equal(await judged(performance('hello')), true);
    assert.equal(await judged(performance('bye')), false);
  });
});

describe('a program that cheats in a suite', () => {
  /** Says what it finds, and tells by it what it was: an answer to everything only when it saw an expectation. */
  const cheats: Record<string, string> = {
    'reads what is expected': `
const { execSync } = require('node:child_process');
const found = execSync("grep -rlE 'ZQJ WORDS|TMPDIR/made' / --exclude=tool.js --exclude-dir=usr --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev 2>/dev/null | head -1; true").toString().trim();
if (found) { ${right} }`,
    'forges the report': `
const { execSync } = require('node:child_process');
const tap = ${JSON.stringify(cases)}.map((one, at) => \`ok \${at + 1} - \${one}\`).join('\\n') + '\\nnot ok 6 - planted\\n1..6\\n';
require('node:fs').writeFileSync('tap', tap);
console.log(tap); console.error(tap);
execSync('for fd in 3 4 5 6 7 8 9; do { cat tap >&$fd; } 2>/dev/null; done; true', { shell: '/bin/bash', stdio: 'inherit' });`,
    'overwrites report and runner': `
const { execSync } = require('node:child_process');
execSync("for f in /proc/[0-9]*/fd/*; do timeout 1 sh -c \\"echo 'ok 1 - upper case' > $f\\" 2>/dev/null; done; true");
for (const place of ['run.sh', '.relay/program', '/relay']) {
  try { require('node:fs').writeFileSync(place, '#!/bin/sh\\necho 1..0\\n'); } catch {}
}`,
    'answers for the host': `
require('node:net').connect('/relay').on('error', () => process.exit(0));`,
    'ends everything and says all is well': `
require('node:child_process').execSync('kill -9 -1; true'); process.exit(0);`,
  };
  for (const [what, text] of Object.entries(cheats)) {
    it(`scores no better than an empty one when it ${what}`, async () => {
      assert.equal(await judged({ ...program(text), files, scenario: scenario() }), false);
    });
  }

  it('sees no file of the suite but the inputs that it is given', async () => {
    const look = `console.log(require('node:fs').readdirSync('.', { recursive: true }).sort().join())`;
    const suite = (seen: string) => `
suite:
  files: tests
  command: |
    test "$({{program}} cases expected run.sh .)" = '${seen}'
  report: exit
  inputs: ['cases/words.txt']`;
    const seen = 'cases,cases/words.txt';
    assert.equal(await judged({ ...program(look), files, scenario: suite(seen) }), true);
  });

  it('gets its inputs afresh, whatever it left in their place', async () => {
    const pipe = `
const { execSync } = require('node:child_process');
console.log(require('node:fs').readFileSync('cases/words.txt', 'utf8'));
execSync('rm cases/words.txt && mkfifo cases/words.txt');`;
    const suite = `
suite:
  files: tests
  command: |
    {{program}} cases/words.txt
    test "$({{program}} cases/words.txt)" = 'zqj words'
  report: exit
  inputs: ['cases/words.txt']`;
    assert.equal(await judged({ ...program(pipe), files, scenario: suite }), true);
  });
});
