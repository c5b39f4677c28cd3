import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { badProgram, makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import { runFolders, runTiny } from '../../support/tinyRun';

describe('scenarios given with --holdouts', function () {
  this.timeout(60_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  let policy: string;
  beforeEach(async () => {
    project = makeTinyProject(temp());
    policy = path.join(temp(), 'policy.yaml');
    writeFileSync(policy, 'version: 1\nbudget: { debugRounds: 0 }\nholdouts: { sealed: 1, attempts: 3 }\n');
    model = await startScriptedModel(byAgent(tinyScript(badProgram)));
  });
  afterEach(() => model.close());
  const run = () => runTiny(project, model.baseUrl, '--policy', policy);

  it('are not asked a fourth time after three failures, whatever was done between', async () => {
    const first = await run();
    assert.notEqual(first.code, 3, first.stdout + first.stderr);
    appendFileSync(project.spec, ' ');
    assert.notEqual((await run()).code, 3);
    for (const dir of runFolders(project.store)) rmSync(dir, { recursive: true });
    renameSync(path.join(project.store, 'given'), path.join(temp(), 'given'));
    const refilled = await run();
    assert.equal(refilled.code, 6, refilled.stdout + refilled.stderr);
    assert.match(refilled.stderr, /gone or empty.+holdouts accept/);
    renameSync(path.join(temp(), 'given'), path.join(project.store, 'given'));
    assert.notEqual((await run()).code, 3);
    for (const name of readdirSync(project.holdouts)) {
      const file = path.join(project.holdouts, name);
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('id: ', 'id: renamed-').replace('why: ', 'why: because '),
      );
    }
    const fourth = await run();
    assert.equal(fourth.code, 3, fourth.stdout + fourth.stderr);
    assert.match(fourth.stdout, /needs new scenarios/);
  });
});
