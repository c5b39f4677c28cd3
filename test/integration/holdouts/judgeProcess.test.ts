import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { usualLook } from '../../../src/factory/judgingBench';
import { type Judge, startJudge } from '../../../src/holdouts/judgeProcess';
import type { Bench } from '../../../src/holdouts/types';
import { searchFor } from '../../../src/holdouts/exposure';
import { takePrints } from '../../../src/holdouts/printsProcess';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { buildPrograms, bundle, eventually, processesWith, temporaryFolder } from '../../support/sandbox';

const canary = 'xq7canary';
/** Seconds that the slow scenario sleeps: its processes are known by it. */
const mark = '4247';

const scenarios: Record<string, string> = {
  good: 'steps: [{ run: ["{{program}}", hi], expect: { stdout: "hi\\n" } }]',
  bad: `steps: [{ run: ["{{program}}", ${canary}], expect: { stdout: never } }]`,
  slow: `given: { files: { ${canary}.txt: ${canary} } }\nsteps: [{ run: ["sleep", "${mark}"] }]`,
};

/** The program, given by the judged candidate, that echoes its argument. */
const program = 'console.log(process.argv[2])';

describe('the judge in a process of its own', function () {
  this.timeout(60_000);
  let programs: string;
  let vault: Vault;
  let bench: Bench;
  let folder: string;
  const ids: Record<string, string> = {};
  let judge: Judge | undefined;

  before(async () => {
    programs = await buildPrograms();
    folder = temporaryFolder('court');
    const source = path.join(folder, 'source');
    const candidate = path.join(folder, 'candidate');
    for (const dir of [source, candidate]) mkdirSync(dir);
    writeFileSync(path.join(candidate, 'echo.js'), program);
    vault = await openVault({
      dir: path.join(folder, 'vault'),
      key: new Uint8Array(32).fill(7),
      workspaceId: 'w',
    });
    for (const [name, text] of Object.entries(scenarios)) {
      writeFileSync(path.join(source, `${name}.scenario.yaml`), `id: ${name}\ncovers: [R1]\n${text}\n`);
      const before = new Set(vault.list().map(({ id }) => id));
      await vault.importFolder(source);
      ids[name] = vault.list().find(({ id }) => !before.has(id))?.id ?? '';
    }
    bench = {
      candidate,
      copies: path.join(folder, 'copies'),
      scratch: path.join(folder, 's'),
      spec: { commands: { program: ['node', 'echo.js'] }, env: {}, twins: [], services: {} },
      look: usualLook,
    };
  });
  afterEach(() => judge?.close());

  const start = async () => (judge = await startJudge({ vault: vault.access, programs, hidden: [] }));
  const left = () =>
    [bench.scratch, bench.copies].flatMap((dir) => (existsSync(dir) ? readdirSync(dir) : []));

  it('gives verdicts by id, several at a time, and nothing else', async () => {
    const court = await start();
    const asked = ['good', 'bad', 'good'].map((name) => court.judge(ids[name]!, bench));
    assert.deepEqual(await Promise.all(asked), [{ passed: true }, { passed: false }, { passed: true }]);
    await assert.rejects(court.judge('H-000000', bench), { code: 'bad-input' });
    assert.deepEqual(left(), []);
  });

  it('hands out prints of the scenarios, by which they are found and from which nobody reads them', async () => {
    const prints = await takePrints(vault.access, programs);
    assert.deepEqual(processesWith(path.join(programs, 'judge.mjs')), []);
    const canaries = await vault.canaries();
    const search = searchFor(prints.canaries);
    for (const { scenario, value } of canaries) assert.equal(search.look(value).exposure?.scenario, scenario);
    const said = JSON.stringify(prints);
    for (const text of [...canaries.map(({ value }) => value), 'covers', 'steps'])
      assert.ok(!said.includes(text));
    const access = { ...vault.access, key: new Uint8Array(32) };
    await assert.rejects(takePrints(access, programs), {
      code: 'bad-input',
      message: /made with another key/,
    });
    await assert.rejects(takePrints(vault.access, '/nowhere'), { code: 'failed', message: /ended before/ });
  });

  it('tells another key, and ends', async () => {
    const access = { ...vault.access, key: new Uint8Array(32) };
    await assert.rejects(startJudge({ vault: access, programs, hidden: [] }), {
      code: 'bad-input',
      message: /made with another key/,
    });
    assert.deepEqual(processesWith(path.join(programs, 'judge.mjs')), []);
  });

  it('gets neither variables nor key by where others can read them, dumps no core, opens no inspector', async () => {
    process.env['NODE_OPTIONS'] = '--no-warnings';
    process.env['DARK_FACTORY_VAULT_KEY'] = 'secret';
    try {
      const { pid } = await start();
      const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
      const names = read('environ')
        .split('\0')
        .filter(Boolean)
        .map((pair) => pair.split('=')[0]!);
      assert.deepEqual(
        names.filter((name) => !['PATH', 'HOME', 'TMPDIR', 'PWD'].includes(name)),
        [],
      );
      assert.ok(!read('cmdline').includes(Buffer.from(vault.access.key).toString('hex')));
      assert.match(read('limits'), /Max core file size\s+0\s+0/);
      process.kill(pid, 'SIGUSR1');
      assert.deepEqual(await judge?.judge(ids['good']!, bench), { passed: true });
      assert.deepEqual(listenersOf(pid), []);
    } finally {
      delete process.env['NODE_OPTIONS'];
      delete process.env['DARK_FACTORY_VAULT_KEY'];
    }
  });

  it('ends in the midst of a scenario with all it started, and leaves nothing', async () => {
    const court = await start();
    const asked = court.judge(ids['slow']!, bench);
    const refused = assert.rejects(asked, { code: 'cancelled' });
    await eventually(() => processesWith(`sleep\0${mark}`).length > 0);
    await court.close();
    await refused;
    assert.deepEqual(processesWith(`sleep\0${mark}`), []);
    assert.deepEqual(left(), []);
    await assert.rejects(court.judge(ids['good']!, bench), { code: 'failed' });
  });

  it('keeps scenarios off the disk, and ends with a host that is killed', async () => {
    const host = await bundle('court', { host: 'test/integration/holdouts/courtHost.entry.ts' });
    const { key, ...access } = vault.access;
    const options = {
      vault: access,
      key: Buffer.from(key).toString('hex'),
      programs,
      hidden: [],
      scenario: ids['slow'],
      bench,
    };
    const child = spawn(process.execPath, [path.join(host, 'host.js'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    await eventually(() => processesWith(`sleep\0${mark}`).length > 0);
    assert.ok(left().length > 0);
    const found = execFileSync('find', [bench.scratch, bench.copies], { encoding: 'utf8' });
    assert.ok(!found.includes(canary));
    child.kill('SIGKILL');
    await eventually(() => !existsSync(`/proc/${pid}`) && processesWith(`sleep\0${mark}`).length === 0);
  });
});

/** Addresses a process listens on, by the inodes of its sockets. */
function listenersOf(pid: number): string[] {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
  });
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.includes(inode ?? ''))
    .map(([, address = '']) => address);
}
