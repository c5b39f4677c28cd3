import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cli, type CliResult } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { type Answer, byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useDisks } from '../../support/smallDisk';
import { useTemp } from '../../support/temp';
import { makeTinyProject, type TinyProject, tinyScript, tinySpec } from '../../support/tinyProject';
import {
  answeredTurns,
  factoryBranches,
  resumeTiny,
  runArgs,
  runFolders,
  runTiny,
  startTiny,
  stateOfRun,
  testKey,
} from '../../support/tinyRun';

describe('a machine that does not do its part', function () {
  this.timeout(90_000);
  // Before the temporary folder: hooks run in this order, and what is mounted cannot be removed.
  const disk = useDisks();
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(async () => {
    project = makeTinyProject(temp());
    model = await startScriptedModel(byAgent(tinyScript()));
  });
  afterEach(() => model.close());

  async function script(answers: Record<string, Answer[]>): Promise<void> {
    await model.close();
    model = await startScriptedModel(byAgent(answers));
  }

  async function assertAccepted(result: CliResult): Promise<void> {
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal((await stateOfRun(project.store)).outcome?.outcome, 'accepted');
    assert.equal(factoryBranches(project.workspace).length, 1);
  }

  function assertNeverBegan(result: CliResult, says: RegExp): void {
    assert.match(result.stderr, says);
    assert.equal(result.code, 2, result.stdout);
    assert.equal(result.stderr.trim().split('\n').length, 1, result.stderr);
    assert.deepEqual(runFolders(project.store), []);
    assert.deepEqual(factoryBranches(project.workspace), []);
    assert.equal(model.requests.length, 0);
  }

  describe('the disk of the store', () => {
    for (const room of [4, 40, 68]) {
      it(`with ${room} KiB left keeps a run from beginning, and leaves nothing of it`, async () => {
        disk(project.store, '1m').fill(room);
        assertNeverBegan(
          await runTiny(project, model.baseUrl),
          /^(The file|git|The holdout vault) .*(the disk is full\. Free some space|ENOSPC.*Check free space)/,
        );
      });
    }

    it('that is full from the start keeps a run from beginning, and leaves nothing of it', async () => {
      const store = disk(project.store, '1m');
      store.fill();
      assertNeverBegan(
        await runTiny(project, model.baseUrl),
        /^(The file|git) \S.* the disk is full\. Free some space on that disk, then try again/,
      );
    });

    it('that is read-only keeps a run from beginning', async () => {
      disk(project.store, '1m').change('ro');
      assertNeverBegan(
        await runTiny(project, model.baseUrl),
        /^The file \S+store\/workspaces could not be used: the file system is read-only\. Choose a folder on a/,
      );
    });

    it('that fills up in the middle fails the run in one sentence; with room again it goes on', async () => {
      const store = disk(project.store, '8m');
      await fillAtSecondTurn(() => store.fill());
      const result = await runTiny(project, model.baseUrl);
      assert.equal(result.code, 6, result.stdout + result.stderr);
      assert.match(
        result.stdout + result.stderr,
        /the disk is full\b.*(nothing of the run|Nothing written so far) is lost/i,
      );
      assert.doesNotMatch(result.stdout + result.stderr, /defect/);
      store.change('size=64m');
      await assertGoesOn();
    });

    it('on which the journal cannot grow ends the process in one sentence; afterwards the run goes on', async () => {
      await fillAtSecondTurn(() => execFileSync('prlimit', ['--pid', String(running.pid), '--fsize=1']));
      const running = startTiny(project, model.baseUrl);
      const result = await running.done;
      assert.equal(result.code, 6, result.stdout + result.stderr);
      assert.match(
        result.stderr,
        /^\S+journal\.jsonl could not be written: EFBIG.* Nothing written so far is lost\. Make room .*, then resume the run\.\n$/,
      );
      await assertGoesOn();
    });

    /** The tiny script, where something happens to the disk while the implementer's second turn is asked. */
    async function fillAtSecondTurn(happens: () => void): Promise<void> {
      const answer = byAgent(tinyScript());
      await model.close();
      model = await startScriptedModel((request) => {
        if (request.agent === 'T1.implementer' && request.turn === 1) happens();
        return answer(request);
      });
    }

    /** Nothing was delivered; a resumed run is accepted without asking again what the journal answers. */
    async function assertGoesOn(): Promise<void> {
      assert.deepEqual(factoryBranches(project.workspace), []);
      const answered = await answeredTurns(project.store);
      assert.ok(answered.includes('T1.implementer 0'), answered.join());
      await script(tinyScript());
      await assertAccepted(await resumeTiny(project, '--base-url', model.baseUrl));
      const again = model.requests.map(({ agent, turn }) => `${agent} ${turn}`);
      assert.deepEqual(
        again.filter((one) => answered.includes(one)),
        [],
      );
    }
  });

  it('a full disk of the workspace leaves no half branch, and the delivery is made up for', async () => {
    const whole = disk(path.join(temp(), 'disk'), '2m');
    project = { ...makeTinyProject(whole.dir), store: project.store };
    const answer = byAgent(tinyScript());
    await model.close();
    model = await startScriptedModel((request) => {
      whole.fill();
      return answer(request);
    });
    const result = await runTiny(project, model.baseUrl);
    assert.equal(result.code, 6, result.stdout + result.stderr);
    assert.match(
      result.stdout + result.stderr,
      /^Outcome +failed: git \S+ could not finish in \S+: the disk is full\. Free some space/m,
    );
    assert.deepEqual(factoryBranches(project.workspace), []);
    assert.equal(personGit(project.workspace, 'fsck', '--no-dangling', '--connectivity-only'), '');
    rmSync(path.join(whole.dir, 'filling'));
    const asked = model.requests.length;
    await assertAccepted(await resumeTiny(project));
    assert.equal(model.requests.length, asked);
  });

  it('without git says what to install', async () => {
    const bin = path.join(temp(), 'bin');
    mkdirSync(bin);
    for (const name of ['bwrap', 'bash', 'sh']) {
      const [found] = globSync(`/{usr/bin,bin,usr/local/bin}/${name}`);
      if (found) symlinkSync(found, path.join(bin, name));
    }
    const result = await cli(runArgs(project, model.baseUrl), { ...testKey, PATH: bin });
    assertNeverBegan(result, /^git was not found on PATH\. Install git 2\.38 or newer, for example with/);
    const json = await cli([...runArgs(project, model.baseUrl), '--json'], { ...testKey, PATH: bin });
    assert.equal((JSON.parse(json.stderr) as { code: string }).code, 'environment');
  });

  describe('the test command', () => {
    const withTest = (command: string): void =>
      writeFileSync(project.spec, tinySpec.replace('test: node --test', `test: ${command}`));

    it('that the machine does not have ends the run before any debugger is asked', async () => {
      withTest('frobnicate --all');
      const result = await runTiny(project, model.baseUrl);
      assert.equal(result.code, 6, result.stdout);
      assert.match(
        result.stdout,
        /^Outcome +failed: greet\.spec\.md: the test command "frobnicate --all" needs "frobnicate", which the sandbox does not have\. Install/m,
      );
      assert.ok(model.requests.every(({ agent }) => !agent?.startsWith('debugger')));
      assert.deepEqual(factoryBranches(project.workspace), []);
    });

    it('that is a missing script of the project goes to a debugger', async () => {
      withTest('./check.sh');
      const write: Answer = {
        content: [
          {
            type: 'tool_use',
            name: 'bash',
            input: { command: 'echo node --test > check.sh; chmod +x check.sh' },
          },
        ],
      };
      await script({ ...tinyScript(), 'debugger.1': [write, { content: 'Added.' }] });
      await assertAccepted(await runTiny(project, model.baseUrl));
    });

    it('that hangs ends the run at its limit of minutes, and no process of it stays', async () => {
      withTest('sleep 4343');
      mkdirSync(path.join(project.workspace, '.factory'));
      writeFileSync(
        path.join(project.workspace, '.factory/policy.yaml'),
        'version: 1\nbudget: { minutes: 0.15 }\n',
      );
      const running = startTiny(project, model.baseUrl);
      await waitFor(() => commandLines().some((line) => line.includes('sleep 4343')));
      const result = await running.done;
      assert.equal(result.code, 4, result.stdout + result.stderr);
      assert.match(
        result.stdout,
        /^Outcome +over-budget: The run reached its limit of 0\.15 minutes\. Raise budget/m,
      );
      assert.deepEqual(
        commandLines().filter((line) => line.includes('sleep 4343') || line.includes(project.store)),
        [],
      );
      assert.deepEqual(factoryBranches(project.workspace), []);
    });
  });
});

async function waitFor(done: () => boolean): Promise<void> {
  while (!done()) await sleep(20);
}

/** Of all processes of this machine. */
function commandLines(): string[] {
  return globSync('/proc/[0-9]*/cmdline').flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8').replaceAll('\0', ' ').trim()];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}
