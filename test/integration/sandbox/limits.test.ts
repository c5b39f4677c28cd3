import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/shared/errors';
import { maxProcesses } from '../../../src/sandbox/limits';
import type { CommandRequest, Incident } from '../../../src/sandbox/types';
import {
  buildPrograms,
  bundle,
  eventually,
  openSandbox,
  openTestPod,
  processesWith,
  temporaryFolder,
  type TestPod,
} from '../../support/sandbox';

/** A number of seconds nobody else sleeps for, so that its processes can be found. */
const unusual = () => `9${process.pid}${Math.floor(Math.random() * 1e6)}`;

describe('sandbox limits', () => {
  let test: TestPod;
  before(async () => {
    test = await openTestPod();
  });
  after(() => test.pod.close());

  const bash = (script: string, more: Partial<CommandRequest> = {}) =>
    test.pod.run({ argv: ['bash', '-c', script], cwd: '/workspace', env: {}, timeoutMs: 20_000, ...more });

  it('bounds the number of processes', async () => {
    const bomb = `while (1) { my $p = fork(); last unless defined $p; if (!$p) { sleep 60; exit } $n++ } print $n`;
    const { stdout } = await bash(`perl -e '${bomb}'`);
    assert.ok(Number(stdout) > maxProcesses / 2 && Number(stdout) < maxProcesses, stdout);
  });

  it('ends a fork bomb with its time limit and leaves nothing of it', async () => {
    const mark = unusual();
    const result = await bash(`bomb() { bomb ${mark} | bomb ${mark} & }; bomb; sleep ${mark}`, {
      timeoutMs: 1000,
    });
    assert.deepEqual([result.timedOut, result.exit], [true, null]);
    assert.deepEqual(processesWith(mark), []);
  });

  it('bounds memory', async () => {
    const { node } = await openSandbox();
    // Never touched, so that a missing limit would cost the machine nothing.
    const script = (share: number) =>
      `new ArrayBuffer(Math.floor(require('os').totalmem() * ${share})); console.log('got it')`;
    const allocate = (share: number) =>
      test.pod.run({ argv: [node, '-e', script(share)], cwd: '/', env: {}, timeoutMs: 20_000 });
    assert.equal((await allocate(0.3)).stdout, 'got it\n');
    const refused = await allocate(0.6);
    assert.notEqual(refused.exit, 0);
    assert.match(refused.stderr, /allocation failed/);
  });

  describe('of the disk', () => {
    const mebibyte = 1024 ** 2;
    const disk = { file: 4 * mebibyte, pod: 16 * mebibyte };
    const fill = (folder: string) =>
      `for n in $(seq 400); do head -c ${3 * mebibyte} /dev/zero > ${folder}/$n || exit 9; sleep 0.01; done`;
    const used = (folder: string) =>
      readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);

    async function inSmallPod(work: (small: TestPod, told: string[]) => Promise<void>) {
      const told: string[] = [];
      const onIncident = (incident: Incident) => told.push(incident.kind === 'limit' ? incident.reason : '');
      const small = await openTestPod({ disk, onIncident });
      try {
        await work(small, told);
      } finally {
        await small.pod.close();
      }
    }
    const command = (script: string) => ({
      ...{ argv: ['bash', '-c', script], cwd: '/workspace', env: {}, timeoutMs: 60_000 },
    });

    it('refuses a file that grows too large', async () => {
      await inSmallPod(async ({ pod, worktree }, told) => {
        const { exit } = await pod.run(command('head -c 5M /dev/zero > giant'));
        assert.notEqual(exit, 0);
        assert.equal(statSync(path.join(worktree, 'giant')).size, disk.file);
        assert.deepEqual(told, []);
      });
    });

    for (const folder of ['/workspace', '/home/agent'])
      it(`ends what fills ${folder}, says why, and lets the agent tidy up`, async () => {
        await inSmallPod(async ({ pod, worktree, home }, told) => {
          const filled = await pod.run(command(fill(folder)));
          assert.equal(filled.exit, null);
          assert.match(filled.stderr, /\[the command was ended: its folders grew by more than the 16 MiB/);
          assert.equal(told.length, 1);
          assert.ok(used(folder === '/workspace' ? worktree : home) < 400 * mebibyte);
          assert.equal((await pod.run(command(`sleep 0.5; rm ${folder}/*`))).exit, 0);
          assert.equal((await pod.run(command(`sleep 0.5; echo fine > ${folder}/new`))).exit, 0);
          assert.equal(told.length, 1);
        });
      });

    it('is not fooled by folders that hide what is in them', async () => {
      await inSmallPod(async ({ pod }, told) => {
        const hidden = await pod.run(command(`mkdir a; cd a; chmod 300 .; ${fill('.')}`));
        assert.equal(hidden.exit, null);
        assert.equal(told.length, 1);
      });
    });
  });

  it('keeps the head and the tail of giant output and counts the rest', async () => {
    const { stdout, dropped, exit } = await bash(
      `echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo last`,
      {
        keepBytes: 1000,
      },
    );
    assert.equal(exit, 0);
    assert.equal(dropped, 30_000_012 - 1000);
    assert.ok(stdout.startsWith('first\nxxx') && stdout.endsWith('xxx\nlast\n'));
    assert.ok(stdout.length < 1100);
  });

  it('asks an endless command to end, then ends it', async () => {
    const polite = await bash(`trap 'echo bye; exit 3' TERM; sleep 600 & wait`, { timeoutMs: 300 });
    assert.deepEqual([polite.stdout, polite.exit, polite.timedOut], ['bye\n', null, true]);
    const mark = unusual();
    const stubborn = await bash(`trap '' TERM; sleep ${mark}`, { timeoutMs: 300 });
    assert.deepEqual([stubborn.exit, stubborn.timedOut], [null, true]);
    assert.deepEqual(processesWith(mark), []);
  });

  it('ends a command when it is aborted', async () => {
    const mark = unusual();
    const aborter = new AbortController();
    const running = bash(`trap '' TERM; sleep ${mark}`, { signal: aborter.signal });
    await eventually(() => processesWith(mark).length > 1);
    aborter.abort();
    await assert.rejects(running, (error) => error instanceof FactoryError && error.code === 'cancelled');
    assert.deepEqual(processesWith(mark), []);
    await assert.rejects(bash('true', { signal: aborter.signal }), FactoryError);
  });

  it('ends a command however early it is aborted', async () => {
    const mark = unusual();
    for (let delay = 0; delay < 30; delay += 2) {
      const aborter = new AbortController();
      const running = bash(`trap '' TERM; sleep ${mark}`, { signal: aborter.signal });
      setTimeout(() => aborter.abort(), delay);
      await assert.rejects(running, FactoryError);
      assert.deepEqual(processesWith(mark), [], `after ${delay} ms`);
    }
  });

  it('ends what a command left behind', async () => {
    const mark = unusual();
    const { exit } = await bash(`setsid sleep ${mark} > /dev/null 2>&1 & disown; exit 0`);
    assert.equal(exit, 0);
    assert.deepEqual(processesWith(mark), []);
  });

  it('leaves nothing of a closed pod', async () => {
    const mark = unusual();
    const { pod } = await openTestPod();
    const endless = {
      argv: ['bash', '-c', `trap '' TERM; setsid sleep ${mark} & sleep ${mark}`],
      cwd: '/',
      env: {},
    };
    const server = await pod.spawn(endless);
    const command = pod.run({ ...endless, timeoutMs: 60_000 });
    await pod.tool('glob', { pattern: '*' });
    await eventually(() => processesWith(mark).length >= 6);
    await pod.close();
    assert.deepEqual(processesWith(mark), []);
    assert.equal(await server.exited, null);
    assert.equal((await command).exit, null);
    await assert.rejects(pod.run({ ...endless, timeoutMs: 1000 }), /is closed/);
    await assert.rejects(pod.tool('glob', { pattern: '*' }), /is closed/);
    await pod.close();
  });

  it('leaves nothing when the host is killed, and passes on nothing the host inherited', async () => {
    const folder = temporaryFolder('killed');
    const programs = await buildPrograms();
    const entry = await bundle('host', { host: 'test/integration/sandbox/host.entry.ts' });
    const mark = unusual();
    const args = [path.join(entry, 'host.js'), programs, folder, mark];
    // Descriptor 20 is what an editor leaves open for the processes it starts.
    const extra = Array.from({ length: 17 }, () => 'ignore' as const);
    const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', ...extra, 'pipe'] });
    try {
      const text = await new Promise<string>((resolve) =>
        host.stdout?.once('data', (chunk) => resolve(String(chunk))),
      );
      const said = JSON.parse(text) as { listing: string; uid: string };
      assert.equal(said.uid, '1000');
      assert.match(said.listing, / 20 -> \/dev\/null/);
      assert.ok(existsSync(path.join(folder, 'worktree', 'note.txt')));
      await eventually(() => processesWith(`sleep\0${mark}`).length >= 2);
    } finally {
      host.kill('SIGKILL');
    }
    await eventually(() => processesWith(mark).length === 0 && processesWith(folder).length === 0);
  });
});
