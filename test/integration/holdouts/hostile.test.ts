import assert from 'node:assert/strict';
import { perform, type Performance } from './theatre';

const tool = (text: string): Pick<Performance, 'candidate' | 'spec'> => ({
  candidate: { 'tool.js': text },
  spec: { commands: { program: ['node', 'tool.js'] } },
});

const server = (handler: string): Pick<Performance, 'candidate' | 'spec'> => ({
  candidate: {
    'server.js': `require('node:http').createServer((request, response) => { ${handler} }).listen(process.env.PORT);`,
  },
  spec: { commands: { start: { default: { run: 'node server.js', ready: { port: '{{port}}' } } } } },
});

async function fails(performance: Performance): Promise<void> {
  assert.deepEqual(await perform(performance), { scenario: 'H-aaaaaa', covers: ['R1'], passed: false });
}

/** Expects whatever lets an attack through; only the judge's own rules can fail these. */
const readFile = 'steps: [{ run: ["{{program}}"] }, { file: out, expect: { text: { any: true } } }]';
const get = 'steps: [{ start: default }, { http: { url: "{{base}}/" }, expect: { status: { any: true } } }]';

const nested = `
steps:
  - run: ["{{program}}"]
    expect: { json: { schema: { $ref: "#/$defs/a", $defs: { a: { type: array, items: { $ref: "#/$defs/a" } } } } } }`;

async function passes(performance: Performance): Promise<void> {
  assert.deepEqual(await perform(performance), { scenario: 'H-aaaaaa', covers: ['R1'], passed: true });
}

describe('a harmless program under the judge', () => {
  it('passes the scenarios that the hostile ones fail', async () => {
    await passes({ ...tool(`require('node:fs').writeFileSync('out', 'fine')`), scenario: readFile });
    await passes({ ...server(`response.end('fine')`), scenario: get });
    await passes({ ...tool(`process.stdout.write('[[],[[]]]')`), scenario: nested });
  });
});

describe('a hostile program under the judge', () => {
  it('cannot make it read through a link out of the folder', () =>
    fails({ ...tool(`require('node:fs').symlinkSync('/etc/passwd', 'out')`), scenario: readFile }));

  it('cannot make it wait at a pipe', () =>
    fails({ ...tool(`require('node:child_process').execSync('mkfifo out')`), scenario: readFile }));

  it('cannot make it read a device or a folder', () =>
    fails({ ...tool(`require('node:fs').mkdirSync('out')`), scenario: readFile }));

  it('cannot fill its memory with a file', () =>
    fails({
      ...tool(`require('node:fs').writeFileSync('out', Buffer.alloc(2 ** 21, 65))`),
      scenario: readFile,
    }));

  it('cannot fill its memory with output', () =>
    fails({
      ...tool(`process.stdout.write('x'.repeat(2 ** 23))`),
      scenario: 'steps: [{ run: ["{{program}}"], expect: { stdout: { any: true } } }]',
    }));

  it('cannot fill its memory with an endless answer', () =>
    fails({
      ...server(`const more = () => response.write('x'.repeat(65536), more); more();`),
      scenario: get,
    }));

  it('cannot send it elsewhere', () =>
    fails({
      ...server(
        `if (request.url === '/there') return response.end('"taken"'); response.writeHead(307, { location: '/there' }).end();`,
      ),
      scenario: 'steps: [{ start: default }, { http: { url: "{{base}}/" }, expect: { status: 200 } }]',
    }));

  it('cannot blow up its parsing or matching', () =>
    fails({
      ...tool(`process.stdout.write('['.repeat(200000) + ']'.repeat(200000))`),
      scenario: nested,
    }));

  it('does not stop a pattern that would take forever elsewhere', () =>
    fails({
      ...tool(`process.stdout.write('a'.repeat(100000) + '!')`),
      scenario: `steps: [{ run: ["{{program}}"], expect: { stdout: { matches: "^(a+)+$" } } }]`,
    }));

  it('cannot pass by polluting prototypes', () =>
    fails({
      ...tool(`process.stdout.write('{"__proto__": {"ok": true}}')`),
      scenario: 'steps: [{ run: ["{{program}}"], expect: { json: { ok: true } } }]',
    }));

  it('cannot make it compare more than it reads', () =>
    fails({
      ...tool(`process.stdout.write('[' + '{"a":[1]},'.repeat(2e5) + '1]')`),
      scenario: 'steps: [{ run: ["{{program}}"], expect: { json: { any: true } } }]',
    }));

  it('cannot turn its own failure into one of the machine by locking itself out', () =>
    fails({
      ...tool(`require('node:fs').chmodSync('.', 0)`),
      scenario: 'steps: [{ run: ["{{program}}"] }, { run: ["{{program}}"] }]',
    }));

  it('cannot make it wait for what it left running', () =>
    fails({
      ...tool(
        `require('node:child_process').spawn('sleep', ['4248'], { detached: true, stdio: 'inherit' }).unref()`,
      ),
      scenario: 'steps: [{ run: ["{{program}}"], expect: { stdout: { matches: never } } }]',
    }));

  it('cannot reach what controls its twins, by any address', async () => {
    const asking = tool(`
const http = require('node:http'), fs = require('node:fs'), url = new URL(process.env.SLACK_API_URL);
const get = (host, path) => new Promise((resolve) => {
  const request = http.request({ host, port: url.port, path, method: 'POST', timeout: 2000 }, (response) => {
    let body = '';
    response.on('data', (chunk) => (body += chunk)).on('end', () => resolve(response.statusCode + body));
  });
  request.on('error', () => resolve('none')).on('timeout', () => request.destroy()).end();
});
const hosts = ['127.0.0.1', 'localhost', '::1', '0.0.0.0', '127.1', '0x7f.1', '127.9.9.9'];
const words = ['calls', 'state', 'snapshot', 'restore', 'reset', 'faults'];
const places = ['/', '/_twin/', '/%5ftwin/', '/api/../', '/./', '/control/', '//', '/api/_twin/'];
(async () => {
  let found = 0;
  for (const host of hosts) {
    const unknown = await get(host, '/nothing/here');
    for (const place of places) for (const word of words) {
      const got = await get(host, place + word);
      if (got !== unknown) found++;
    }
  }
  process.exit(found + (fs.existsSync('/control') ? 1 : 0));
})();`);
    const scenario = `
steps:
  - run: ["{{program}}"]
  - twin: slack
    expect: { calls: { count: { between: [90, 1000] } } }`;
    const spec = { ...asking.spec, twins: ['slack'], env: { SLACK_API_URL: '{{twin.slack.url}}' } };
    await passes({ ...asking, spec, scenario });
  });

  it('sees nothing of the judge: no expectation in files, arguments or environment', async () => {
    const searching = tool(`
const { execSync } = require('node:child_process');
const all = execSync('cat /proc/*/cmdline /proc/*/environ 2>/dev/null; grep -rs . /workspace /tmp /home /run /opt/factory 2>/dev/null | head -c 4000000; true', { maxBuffer: 2 ** 24 }).toString();
process.exit(all.includes('expected' + 'onlybythejudge') ? 1 : 0);`);
    const scenario = `
steps:
  - run: ["{{program}}"]
    expect: { stdout: { oneOf: ["", expectedonlybythejudge] } }`;
    assert.equal((await perform({ ...searching, scenario })).passed, true);
  });
});
