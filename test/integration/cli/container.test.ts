import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { which } from '../../../src/sandbox/machine';
import { cli, startCli } from '../../support/cli';
import { eventually } from '../../support/sandbox';
import { byAgent, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { makeTinyProject, tinyScript } from '../../support/tinyProject';
import { factoryBranches, runArgs, runFolders, runIds, stateOfRun, testKey } from '../../support/tinyRun';

/** Stands for an image: there is no registry of them here, so that the machine's own files are the image. */
const image = 'this-machine';
/** What podman needs on machines without more rights and newer control groups. */
const rights = '--ulimit nofile=4096:4096 --ulimit nproc=16384:16384';

describe('the command line in a container', function () {
  this.timeout(60_000);
  const temp = useTemp();
  const bin = () => path.join(temp(), 'bin');
  const said = () => readFileSync(path.join(temp(), 'said'), 'utf8');
  const env = () => ({ ...testKey, PATH: `${bin()}:${process.env['PATH']}` });

  /** Podman itself, with the machine's files in place of the image. */
  beforeEach(function () {
    const podman = which('podman');
    if (podman === undefined || process.getuid?.() !== 0) {
      console.log('      skipped: podman is not installed on this machine, or not run by root');
      this.skip();
    }
    mkdirSync(bin());
    const runtime = which('runc') === undefined ? '' : '--runtime runc';
    const script = `#!/bin/bash
echo "$@" > ${path.join(temp(), 'said')}
shift
for word; do [ "$word" = ${image} ] && words+=(--env PATH=${path.dirname(process.execPath)}:/usr/bin:/bin --rootfs /:O) || words+=("$word"); done
exec ${podman} ${runtime} run ${rights} "\${words[@]}"
`;
    writeFileSync(path.join(bin(), 'podman'), script);
    chmodSync(path.join(bin(), 'podman'), 0o755);
    const tried = spawnSync(path.join(bin(), 'podman'), ['run', '--rm', '--net=none', image, 'true']);
    if (tried.status !== 0) {
      console.log(`      skipped: podman starts no container here (${String(tried.stderr).trim()})`);
      this.skip();
    }
  });

  it('runs, goes on and ends with the same walls, and leaves its result where it would be without one', async () => {
    const project = makeTinyProject(temp());
    const model = await startScriptedModel(byAgent(tinyScript()));
    const done = await cli([...runArgs(project, model.baseUrl), '--container', image], env());
    await model.close();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /accepted/);
    assert.equal(factoryBranches(project.workspace).length, 1);
    assert.equal((await stateOfRun(project.store)).outcome?.outcome, 'accepted');
    assert.match(said(), /--env ANTHROPIC_API_KEY .*--mount type=bind/);
    assert.ok(!said().includes(testKey.ANTHROPIC_API_KEY));
    const [id = ''] = runIds(project.store);
    const again = await cli(['resume', id, '--store', project.store, '--container', image], env());
    assert.match(again.stdout + again.stderr, /accepted|has ended|finished/);
  });

  it('is cancelled by a signal to whoever started it, and leaves no container', async () => {
    const project = makeTinyProject(temp());
    const script = byAgent({ ...tinyScript(), 'T1.implementer': [{ hang: true }] });
    const model = await startScriptedModel(script);
    const running = startCli([...runArgs(project, model.baseUrl), '--container', image], env());
    await eventually(() => model.requests.some(({ agent }) => agent === 'T1.implementer'));
    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.done;
    await model.close();
    assert.equal(code, 130, stdout + stderr);
    assert.equal(runFolders(project.store).length, 1);
    const list = ['ps', '--all', '--no-trunc', '--format', '{{.Command}}'];
    const left = spawnSync('podman', list, { encoding: 'utf8' });
    assert.equal(left.status, 0, left.stderr);
    assert.ok(!left.stdout.includes(temp()), left.stdout);
  });

  it('finds every wall that it can build there', async () => {
    const store = path.join(temp(), 'store');
    const done = await cli(['doctor', '--json', '--store', store, '--container', image], env());
    const { ok, findings } = JSON.parse(done.stdout) as {
      ok: boolean;
      findings: { name: string; state: string }[];
    };
    assert.ok(findings.length > 30);
    assert.ok(ok, JSON.stringify(findings.filter(({ state }) => state === 'missing')));
  });
});

describe('the command line without a container', () => {
  const temp = useTemp();

  it('says what to install when there is no engine', async () => {
    const { spec, store } = makeTinyProject(temp());
    const empty = path.join(temp(), 'empty');
    mkdirSync(empty);
    const args = ['run', spec, '--store', store, '--container', image];
    const { code, stderr } = await cli(args, { ...testKey, PATH: empty });
    assert.equal(code, 2);
    assert.match(stderr, /^Neither podman nor docker is installed\. Install one of them/);
  });
});
