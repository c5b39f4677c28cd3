import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import { findingsText, mayRun } from '../../../src/factory/doctor';
import { fileChecks } from '../../../src/sandbox/checkFiles';
import { networkChecks } from '../../../src/sandbox/checkNetwork';
import { processChecks } from '../../../src/sandbox/checkProcesses';
import { type Check, type Finding, runChecks } from '../../../src/sandbox/checks';
import { type Ground, secretVariable } from '../../../src/sandbox/ground';
import type { CommandRequest, CommandResult } from '../../../src/sandbox/types';
import { cli, dist } from '../../support/cli';
import { openSandbox, openTestPod, temporaryFolder } from '../../support/sandbox';

interface Report {
  ok: boolean;
  findings: Finding[];
}

const stranger = 61_337;

describe('doctor', function () {
  this.timeout(60_000);

  it('tries every wall of this machine and finds them all', async () => {
    // Installed with our package, a tool leads agents to everything of it but that.
    const tools = temporaryFolder('tools');
    const ours = path.dirname(dist);
    writeFileSync(path.join(tools, 'ruby'), `#!/bin/sh\necho '${ours}'\n`, { mode: 0o755 });
    const PATH = `${tools}:${process.env['PATH']}`;
    const { code, stdout } = await cli(['doctor', '--json'], { PATH });
    const report = JSON.parse(stdout) as Report;
    expectWalls(report);
    assert.equal(code, 0);
    const shown = report.findings.find(({ area }) => area === 'Toolchains')?.detail ?? '';
    assert.ok(!shown.includes(ours), shown);
  });

  it('finds them for an ordinary user as well', function () {
    const reason = whyNoStranger();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    const { stdout, status } = asStranger([path.join(dist, 'cli.js'), 'doctor', '--json']);
    const report = JSON.parse(stdout) as Report;
    expectWalls(report);
    assert.equal(status, 0);
    assert.equal(report.findings.find(({ name }) => name === 'user')?.detail, 'an ordinary user');
  });

  it('says what is missing and what to do where no wall can be built, and ends with 1', async () => {
    const { node } = await openSandbox();
    const { pod } = await openTestPod({ mounts: [{ host: dist, inside: '/dist', writable: false }] });
    const argv = [node, '/dist/cli.js', 'doctor'];
    const { exit, stdout } = await pod.run({ argv, cwd: '/workspace', env: {}, timeoutMs: 30_000 });
    await pod.close();
    assert.equal(exit, 1, stdout);
    assert.match(stdout, /✗ user namespaces +This machine refuses to build the sandbox.*\n +→ \w/);
    assert.match(stdout, /✗ outside .*\n +→ \w/);
    assert.match(stdout, /✓ git /);
    assert.match(stdout, /^\d+ of \d+ are missing .*Mend them before agents run on this machine\.$/m);
  });

  it('tells when an attack works: without walls each of them is found missing', async () => {
    const ground = await bareGround();
    // What of these would harm the machine is left out; a process without capabilities may try the rest.
    const harmless: readonly Check<Ground>[] = [...fileChecks, ...processChecks, ...networkChecks].filter(
      ({ name }) =>
        !['read-only root', 'masked places', 'file tools', 'terminal', 'kernel switches'].includes(name),
    );
    try {
      const findings = await runChecks(harmless, ground);
      const holding = findings.filter(({ state }) => state !== 'missing').map(({ name }) => name);
      // Nothing is shared on the host while the tests run, and the namespaces of an unwalled user depend on the kernel.
      assert.deepEqual(
        holding.filter((name) => !['shared memory', 'namespaces inside'].includes(name)),
        [],
      );
    } finally {
      ground.close();
    }
  });

  it('prints one aligned line for each, the cure below it, and nothing that steers a terminal', () => {
    const findings: Finding[] = [
      { area: 'Machine', name: 'git', state: 'ok', detail: 'version 2', cure: '' },
      {
        area: 'Files',
        name: 'only what is listed',
        state: 'missing',
        detail: 'x\u001b[2J',
        cure: 'Mend it.',
      },
    ];
    assert.equal(mayRun(findings), false);
    assert.equal(
      findingsText(findings),
      [
        'Machine',
        '  ✓ git                  version 2',
        '',
        'Files',
        '  ✗ only what is listed  x␛[2J',
        '                         → Mend it.',
        '',
        '1 of 2 are missing (files: only what is listed). Mend them before agents run on this machine.',
        '',
      ].join('\n'),
    );
  });
});

function expectWalls({ ok, findings }: Report) {
  assert.deepEqual(
    findings.filter(({ state }) => state === 'missing'),
    [],
  );
  assert.equal(ok, true);
  for (const { name, state, detail, cure } of findings) {
    assert.ok(detail.length > 0, name);
    assert.equal(cure === '', state === 'ok', name);
  }
  const names = findings.map(({ area, name }) => `${area}: ${name}`);
  for (const wall of [
    'Machine: git on hostile files',
    'Files: links',
    'Processes: system calls',
    'Network: outside',
    'Network: what is refused',
  ])
    assert.ok(names.includes(wall), wall);
  assert.equal(findings.find(({ name }) => name === 'disk')?.state, 'ok');
}

function whyNoStranger(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another user, and this is an ordinary one';
  if (asStranger(['--version']).status !== 0) return 'another user cannot read this project or its Node';
  return undefined;
}

/** Runs our Node with the walls of a user that nobody is. */
function asStranger(args: string[]) {
  const user = ['--reuid', String(stranger), '--regid', String(stranger), '--clear-groups', '--'];
  return spawnSync('setpriv', [...user, process.execPath, ...args], {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
  });
}

/** The ground of the checks with a pod that walls nothing off; capabilities are dropped for the machine's sake. */
async function bareGround(): Promise<Ground & { close(): void }> {
  const folder = temporaryFolder('bare');
  const worktree = path.join(folder, 'worktree');
  mkdirSync(worktree);
  const secret = 'the-secret-of-the-host';
  const secretFile = path.join(folder, 'secret');
  writeFileSync(secretFile, secret);
  const abstract = `dark-factory-bare-${process.pid}`;
  const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(`\0${abstract}`)] as const;
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const run = async ({ argv }: CommandRequest): Promise<CommandResult> => {
    const open = ['--dev-bind', '/', '/', '--unshare-user', '--cap-drop', 'ALL', '--chdir', worktree, '--'];
    const env = { PATH: '/usr/bin:/bin', [secretVariable]: secret };
    const child = spawn('bwrap', [...open, ...argv], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const [stdout, [exit]] = await Promise.all([
      text(child.stdout),
      once(child, 'close') as Promise<[number]>,
    ]);
    return { exit, stdout, stderr: '', timedOut: false, dropped: 0, ms: 0 };
  };
  return {
    pod: { run, tool: () => Promise.resolve({ text: readFileSync(secretFile, 'utf8'), isError: false }) },
    ...{ sandbox: { node: process.execPath }, worktree, secret, secretFile, abstract, incidents: [] },
    hidden: { 'the folder': folder },
    port: (servers[0].address() as AddressInfo).port,
    close: () => servers.forEach((server) => server.close()),
  };
}
