import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { otherLook, usualLook } from '../../../src/factory/judgingBench';
import type { JudgeContext } from '../../../src/holdouts/types';
import { eventually, processesWith, temporaryFolder } from '../../support/sandbox';
import { useDisks } from '../../support/smallDisk';
import { carriedCanary } from '../../../src/holdouts/canaries';
import { openScenario, perform, type Performance } from './theatre';

const echo = `
const http = require('node:http');
let count = 0;
http.createServer((request, response) => {
  if (request.url === '/redirect') return response.writeHead(302, { location: '/' }).end();
  if (request.url === '/late' && ++count < 4) return response.writeHead(503).end();
  let body = '';
  request.on('data', (chunk) => (body += chunk)).on('end', () => {
    response.writeHead(202, { 'content-type': 'application/json', 'x-mode': process.env.MODE ?? 'none' });
    response.end(JSON.stringify({ method: request.method, url: request.url, body, id: 'job 7; rm -rf' }));
  });
}).listen(process.env.PORT, '127.0.0.1');
`;

const server = {
  candidate: { 'server.js': echo },
  spec: { commands: { start: { default: { run: 'node server.js', ready: { port: '{{port}}' } } } } },
};

const tool = (text: string): Pick<Performance, 'candidate' | 'spec'> => ({
  candidate: { 'tool.js': text },
  spec: { commands: { program: ['node', 'tool.js'] } },
});

async function passes(performance: Performance): Promise<void> {
  assert.deepEqual(await perform(performance), { scenario: 'H-aaaaaa', covers: ['R1'], passed: true });
}

async function fails(performance: Performance): Promise<void> {
  assert.deepEqual(await perform(performance), { scenario: 'H-aaaaaa', covers: ['R1'], passed: false });
}

describe('the judge', () => {
  describe('run steps', () => {
    const args = tool('console.log(JSON.stringify(process.argv.slice(2)))');

    it('runs the program with arguments and compares its output', async () => {
      const scenario = (expected: string) =>
        `steps: [{ run: ["{{program}}", "a b", c], expect: { stdout: { contains: '${expected}' } } }]`;
      await passes({ ...args, scenario: scenario('["a b","c"]') });
      await fails({ ...args, scenario: scenario('["a","b","c"]') });
    });

    it('expects exit status 0 unless told otherwise', async () => {
      const failing = tool('process.exit(3)');
      await fails({ ...failing, scenario: 'steps: [{ run: ["{{program}}"] }]' });
      await passes({ ...failing, scenario: 'steps: [{ run: ["{{program}}"], expect: { exit: 3 } }]' });
    });

    it('gives scripts values as variables that the program does not see', async () => {
      const leak = tool('console.log(process.argv[2], JSON.stringify(process.env).includes("value_"))');
      const script = `{{program}} "{{canary.word}}" | { read -r word seen; test "$word" = {{canary.word}} && test $seen = false; }`;
      await passes({ ...leak, scenario: `steps: [{ run: '${script}' }]` });
    });

    it('lets every candidate work in a folder named by a canary', async () => {
      const runtime = tool('console.log(process.cwd())');
      const name = carriedCanary(openScenario('steps: [{ run: ["true"] }]').canarySeed);
      const scenario = `steps: [{ run: ["{{program}}"], expect: { stdout: { contains: "${name}" } } }]`;
      await passes({ ...runtime, scenario });
    });

    it('hands on the environment and standard input', async () => {
      const cat = tool(
        'process.stdin.pipe(process.stdout); console.log(process.env.CHANNEL, process.env.FIXED)',
      );
      const scenario = `
given: { env: { CHANNEL: 007 } }
steps: [{ run: ["{{program}}"], stdin: "hello", expect: { stdout: "007 /workspace\\nhello" } }]`;
      await passes({ ...cat, spec: { ...cat.spec, env: { FIXED: '{{root}}', CHANNEL: 'no' } }, scenario });
    });

    it('saves from JSON output for later steps, never as shell text', async () => {
      const scenario = `
steps:
  - run: [ "{{program}}", "$(touch owned)" ]
    save: { first: "$[0]" }
  - run: 'echo "{{saved.first}}" > out.txt'
  - file: out.txt
    expect: { text: "{{saved.first}}\\n" }
  - file: owned
    expect: { absent: true }`;
      await passes({ ...args, scenario });
    });

    it('asks again until the time of within is over', async () => {
      const third = tool(`
const fs = require('node:fs');
fs.appendFileSync('count', '.');
console.log(fs.readFileSync('count', 'utf8').length >= 3 ? 'done' : 'not yet');`);
      const scenario = (within: string) =>
        `steps: [{ run: ["{{program}}"], expect: { stdout: { matches: "^done" }${within} } }]`;
      await passes({ ...third, scenario: scenario(', within: 20s') });
      await fails({ ...third, scenario: scenario('') });
    });
  });

  describe('what it sets up', () => {
    it('writes literal files and templates', async () => {
      const scenario = `
given:
  files:
    deep/literal.txt: "{{base}}"
    template.txt: { text: "{{root}}", template: true }
steps:
  - file: deep/literal.txt
    expect: { text: "\\\\{{base}}" }
  - file: template.txt
    expect: { text: /workspace }`;
      await passes({ candidate: {}, scenario });
    });

    it('makes a git history with fixed identity, dates and tags', async () => {
      const log = `
given:
  git:
    - { message: "feat: x", files: { a.txt: hi }, tag: v1.0.0, date: "2026-01-01T00:00:00Z" }
    - { message: "fix: y\\n\\nBREAKING CHANGE: z", files: { a.txt: ~, "b c.txt": ho } }
    - { message: "chore: empty" }
  files: { untracked.txt: new }
steps:
  - run: [git, log, --format=%s|%an|%aI|%D]
    expect:
      stdout: "chore: empty|Scenario|2026-01-01T02:00:00+00:00|HEAD -> main\\nfix: y|Scenario|2026-01-01T01:00:00+00:00|\\nfeat: x|Scenario|2026-01-01T00:00:00+00:00|tag: v1.0.0\\n"
  - run: [git, status, --porcelain]
    expect: { stdout: "?? untracked.txt\\n" }
  - file: a.txt
    expect: { absent: true }
  - file: b c.txt
    expect: { text: ho }`;
      await passes({ candidate: {}, scenario: log });
    });

    it('gives the candidate read-only and an empty folder of its own', async () => {
      const scenario = `
steps:
  - run: 'test -z "$(ls -A)" && [[ $PWD = /tmp/tmp.* && {{tmp}} = /tmp/tmp.* ]]'
  - run: 'test -f "{{root}}/README.md" && ! touch "{{root}}/new" 2>/dev/null'
  - run: 'echo kept > "{{tmp}}/kept"'
  - file: "{{tmp}}/kept"
    expect: { text: "kept\\n" }`;
      await passes({ candidate: {}, scenario });
    });

    it('keeps nothing from one judging to the next', async () => {
      const dropping = tool(`
const fs = require('node:fs');
const places = ['seen', process.argv[2] + '/seen', process.env.HOME + '/seen', '/tmp/seen', '/dev/shm/seen'];
if (places.some((place) => fs.existsSync(place))) process.exit(1);
for (const place of places) fs.writeFileSync(place, '');`);
      const scenario = 'steps: [{ run: ["{{program}}", "{{tmp}}"] }]';
      await passes({ ...dropping, scenario });
      await passes({ ...dropping, scenario });
    });

    it('gives each judging a copy of the candidate, so that not even locks on it are shared', async () => {
      const candidate = temporaryFolder('locked');
      writeFileSync(path.join(candidate, 'file'), '');
      const scenario = `steps: [{ run: 'flock -n "{{root}}/file" sleep 1' }]`;
      const locking = { candidate: {}, scenario, context: (same: JudgeContext) => ({ ...same, candidate }) };
      await Promise.all([passes(locking), passes(locking)]);
    });

    it('clears away folders that the candidate locked', async () => {
      const locking = tool(
        `require('node:child_process').execSync('mkdir -p a/b && touch a/b/c && chmod 000 a/b a')`,
      );
      await passes({ ...locking, scenario: 'steps: [{ run: ["{{program}}"] }]' });
    });
  });

  describe('start and http steps', () => {
    it('starts a server on a port of its own and compares answers', async () => {
      const scenario = `
given: { env: { MODE: quiet } }
steps:
  - start: default
  - http: { method: POST, url: "{{base}}/sync", json: { n: 1 }, headers: { x-a: b } }
    expect: { status: 202, headers: { X-Mode: quiet }, json: { method: POST, body: '{"n":1}' } }
    save: { job: "$.id" }
  - http: { url: "{{base}}/redirect" }
    expect: { status: 302 }
  - run: [ printf, "%s", "{{saved.job}}" ]
    expect: { stdout: { matches: "^{{saved.job}}$" } }`;
      await passes({ ...server, scenario });
    });

    it('fails on another status, and expects 2xx when none is written', async () => {
      const scenario = (expect: string) =>
        `steps: [{ start: default }, { http: { url: "{{base}}/redirect" }${expect} }]`;
      await fails({ ...server, scenario: scenario(', expect: { status: 200 }') });
      await fails({ ...server, scenario: scenario('') });
    });

    it('polls within a time', async () => {
      const scenario = `steps: [{ start: default }, { http: { url: "{{base}}/late" }, expect: { within: 20s } }]`;
      await passes({ ...server, scenario });
    });

    it('starts a server anew that is already running', async () => {
      const counting = {
        ...server,
        candidate: {
          'server.js':
            "let n = 0; require('node:http').createServer((_, response) => response.end(String(++n))).listen(process.env.PORT);",
        },
      };
      const get = (n: number) => `{ http: { url: "{{base}}/" }, expect: { body: ${n} } }`;
      const scenario = `steps: [{ start: default }, ${get(1)}, ${get(2)}, { start: default }, ${get(1)}]`;
      await passes({ ...counting, scenario });
    });

    it('fails when a server ends, or is not in the spec', async () => {
      const ending = { ...server, candidate: { 'server.js': 'process.exit(0)' } };
      await fails({ ...ending, scenario: 'steps: [{ start: default }]' });
      await fails({ ...server, scenario: 'steps: [{ start: other }]' });
    });
  });

  describe('what goes wrong', () => {
    const disks = useDisks();

    it('counts a broken set-up as failed and names the part for people', async () => {
      const scenario = 'given: { twins: { slack: {} } }\nsteps: [{ run: ["true"] }]';
      assert.deepEqual(await perform({ candidate: {}, scenario }), {
        scenario: 'H-aaaaaa',
        covers: ['R1'],
        passed: false,
        trouble: 'twins',
      });
    });

    it('lets nothing of a scenario out but the verdict, whatever fails', async () => {
      const canary = 'xq7canary';
      const written: string[] = [];
      const streams = [process.stdout, process.stderr];
      const writes = streams.map((stream) => stream.write.bind(stream));
      for (const stream of streams) stream.write = (chunk) => written.push(String(chunk)) > 0;
      const given = `given: { env: { A: ${canary} }, files: { ${canary}: ${canary} }, twins: { slack: { seed: { users: ${canary} } } } }`;
      const steps = [
        `{ run: [${canary}] }`,
        `{ run: 'echo ${canary} >&2; exit 1' }`,
        `{ run: [printf, ${canary}], expect: { stdout: { matches: ${canary}x } } }`,
        `{ http: { url: "http://${canary}/" } }`,
        `{ http: { url: "${canary}" } }`,
        `{ file: ${canary}x }`,
        `{ start: ${canary} }`,
        `{ run: ["{{twin.slack.${canary}}}"] }`,
      ];
      const scenarios = [`${given}\nsteps: [{ start: x }]`, ...steps.map((step) => `steps: [${step}]`)];
      const spec = { twins: ['slack'], commands: { start: { x: { run: 'false' } } } };
      try {
        for (const scenario of scenarios) {
          const verdict = await perform({ candidate: {}, spec, scenario });
          written.push(JSON.stringify(verdict));
          assert.equal(verdict.passed, false, scenario);
        }
      } finally {
        streams.forEach((stream, index) => (stream.write = writes[index]!));
      }
      assert.equal(written.length >= scenarios.length, true);
      assert.ok(!written.join('').includes(canary));
    });

    it('says so when the candidate is not there', async () => {
      const missing = await perform({
        candidate: {},
        scenario: 'steps: [{ run: ["true"] }]',
        context: (context) => ({ ...context, candidate: '/nowhere/at/all' }),
      });
      assert.equal(missing.trouble, 'files');
    });

    it('blames the machine, not the candidate, when the machine can judge nothing any more', async () => {
      const copies = path.join(temporaryFolder('broken'), 'copies');
      const judging = perform({
        ...tool(`process.stdout.write('['.repeat(2e5) + ']'.repeat(2e5))`),
        // Blows up the comparison, which the judge cannot tell from a machine that fails.
        scenario: `
steps:
  - run: 'sleep 1; {{program}}'
    expect: { json: { schema: { $ref: "#/$defs/a", $defs: { a: { type: array, items: { $ref: "#/$defs/a" } } } } } }`,
        context: (context) => ({ ...context, copies }),
      });
      await eventually(() => processesWith('sleep 1; ').length > 0);
      renameSync(copies, `${copies}.gone`);
      writeFileSync(copies, 'no folder any more');
      assert.equal((await judging).trouble, 'machine');
    });

    it('gives its verdict also when a folder of the judging cannot be removed', async () => {
      const copies = path.join(temporaryFolder('stuck'), 'copies');
      const judging = passes({
        ...tool('console.log(1)'),
        scenario: 'steps: [{ run: "sleep 1.5; {{program}}" }]',
        context: (context) => ({ ...context, copies }),
      });
      await eventually(() => processesWith('sleep 1.5; ').length > 0);
      const [copy = ''] = readdirSync(copies);
      disks(path.join(copies, copy, 'mounted'), '1m');
      await judging;
    });

    it('finds at home what making the program left there, each judging for itself', async () => {
      const home = temporaryFolder('home');
      mkdirSync(path.join(home, 'locked'));
      writeFileSync(path.join(home, 'locked', 'count'), '0');
      chmodSync(path.join(home, 'locked'), 0o500);
      const program = `
const fs = require('node:fs'), file = require('node:os').homedir() + '/locked/count';
console.log(fs.readFileSync(file, 'utf8')); fs.writeFileSync(file, '1');`;
      for (const look of [usualLook, otherLook]) {
        await passes({
          ...tool(program),
          scenario: 'steps: [{ run: ["{{program}}"], expect: { stdout: "0\\n" } }]',
          context: (context) => ({ ...context, home, look }),
        });
      }
      assert.equal(readFileSync(path.join(home, 'locked', 'count'), 'utf8'), '0');
    });

    it('sees a large build itself where nobody may write to it, and a copy where somebody may', async () => {
      // Only what is no copy has the inode of the build.
      const program = `
const fs = require('node:fs');
const own = fs.statSync(__filename).ino === fs.statSync('/build/tool.js').ino;
try { fs.writeFileSync(__dirname + '/x', ''); console.log(own, 'written'); } catch { console.log(own, 'kept'); }`;
      for (const [look, said] of [
        [usualLook, 'true kept'],
        [otherLook, 'false written'],
      ] as const) {
        await passes({
          ...tool(program),
          scenario: `steps: [{ run: ["{{program}}"], expect: { stdout: "${said}\\n" } }]`,
          context: (context) => ({
            ...context,
            shared: true,
            look,
            toolchain: {
              mounts: [{ host: context.candidate, inside: '/build', writable: false }],
              env: {},
            },
          }),
        });
      }
    });

    it('ends as cancelled when the run is cancelled, and leaves nothing', async () => {
      const control = new AbortController();
      const judging = perform({
        candidate: {},
        scenario: 'steps: [{ run: [sleep, 30] }]',
        signal: control.signal,
      });
      setTimeout(() => control.abort(), 300);
      await assert.rejects(judging, { code: 'cancelled' });
    });
  });
});
