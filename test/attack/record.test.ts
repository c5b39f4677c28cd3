import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { byAgent, type ScriptedModel, startScriptedModel } from '../support/scriptedModel';
import { makeTinyProject, type TinyProject, tinyScript } from '../support/tinyProject';
import { resumeTiny, runFolders, startTiny } from '../support/tinyRun';
import { armRepository } from './project';
import { recordAttacks } from './zoo/record';

describe('attacks on the record of an unfinished run', function () {
  this.timeout(60_000);
  let dir: string;
  let marks: string;
  let project: TinyProject;
  let model: ScriptedModel;

  before(async () => {
    const hung = Promise.withResolvers<void>();
    const script = byAgent({
      ...tinyScript(),
      'T1.implementer': [{ hang: true }, ...tinyScript()['T1.implementer']!],
    });
    model = await startScriptedModel((request) => {
      if (request.agent === 'T1.implementer') hung.resolve();
      return script(request);
    });
    dir = mkdtempSync(path.join(os.tmpdir(), 'df-record-'));
    project = makeTinyProject(dir);
    marks = path.join(dir, 'marks');
    mkdirSync(marks);
    armRepository(project.workspace, marks);
    const running = startTiny(project, model.baseUrl);
    await hung.promise;
    running.kill('SIGKILL');
    await running.done;
  });
  after(async () => {
    await model.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The project with a copy of its store, and the run's folder in it. */
  function copy(name: string): { project: TinyProject; dir: string } {
    const store = path.join(path.dirname(project.store), name);
    cpSync(project.store, store, { recursive: true });
    return { project: { ...project, store }, dir: runFolders(store)[0] ?? '' };
  }

  for (const { id, tries, tamper, says } of recordAttacks) {
    it(`${id}: ${tries}`, async () => {
      const tampered = copy(id);
      tamper(tampered.dir);
      const result = await resumeTiny(tampered.project);
      assert.notEqual(result.code, 0);
      assert.match(result.stdout + result.stderr, says);
      assert.doesNotMatch(result.stdout, /accepted/);
    });
  }

  it('leaves an honest record that can be gone on with, up to a branch in a hostile repository', async () => {
    const result = await resumeTiny(copy('honest').project);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual(readdirSync(marks), []);
  });
});
