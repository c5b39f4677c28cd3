import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { reduce } from '../../../src/shared/reduce';
import type { RunState } from '../../../src/shared/runState';
import { readJournal } from '../../../src/trace/tail';
import type { CliResult } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import {
  badProgram,
  makeTinyProject,
  mendAnswers,
  type TinyProject,
  tinyScript,
} from '../../support/tinyProject';
import { runTiny } from '../../support/tinyRun';

describe('dark-factory run', () => {
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(() => {
    project = makeTinyProject(temp());
  });
  afterEach(() => model.close());

  const run = (): Promise<CliResult> => runTiny(project, model.baseUrl);

  async function stateOf(result: CliResult): Promise<RunState> {
    const journal = /^Journal +(.+)$/m.exec(result.stdout)?.[1] ?? '';
    return reduce(await readJournal(journal));
  }

  it('checks each candidate in a home where nothing of an earlier one is left', async () => {
    model = await startScriptedModel(byAgent({ ...tinyScript(badProgram), 'debugger.1': mendAnswers }));
    const text = readFileSync(project.spec, 'utf8');
    const test = 'test: test ! -e ~/seen && touch ~/seen && node --test';
    writeFileSync(project.spec, text.replace('test: node --test', test));
    const result = await run();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /verify \(round 2\)/);
  });

  it('delivers from a spec whose file name is no name for a branch', async () => {
    model = await startScriptedModel(byAgent(tinyScript()));
    const spec = path.join(project.workspace, 'My Greeter [2]~.spec.md');
    renameSync(project.spec, spec);
    project = { ...project, spec };
    const result = await run();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match((await stateOf(result)).branch?.name ?? '', /^factory\/my-greeter-2-[0-9a-f]{4,6}$/);
  });

  it('turns a spec into a branch that passed its own tests and the hidden scenarios', async () => {
    model = await startScriptedModel(byAgent(tinyScript()));
    const result = await run();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const state = await stateOf(result);
    assert.equal(state.outcome?.outcome, 'accepted');
    assert.equal(state.verdicts.length, 4);
    assert.ok(state.verdicts.every((verdict) => verdict.passed));
    assert.ok(state.requirements.every((requirement) => requirement.done === 'pass'));

    const branch = state.branch?.name ?? '';
    assert.match(branch, /^factory\/greet-[0-9a-f]{4,6}$/);
    assert.match(personGit(project.workspace, 'show', `${branch}:greet.mjs`), /Hello/);
    const message = personGit(project.workspace, 'log', '-1', '--format=%B', branch);
    assert.match(message, /^Factory-Run: [0-9a-f]+$/m);
    assert.match(message, /^Factory-Requirements: R1, R2, R3$/m);
    assert.equal(personGit(project.workspace, 'status', '--porcelain').trim(), '');
    assert.equal(personGit(project.workspace, 'rev-parse', '--abbrev-ref', 'HEAD').trim(), 'main');
  });

  it('sends what failed to a debugger, and tells it of hidden failures only what the policy allows', async () => {
    const script = { ...tinyScript(badProgram), 'debugger.1': mendAnswers };
    model = await startScriptedModel(byAgent(script));
    const result = await run();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const state = await stateOf(result);
    assert.equal(state.outcome?.outcome, 'accepted');
    const heard = model.requests.find((request) => request.agent === 'debugger.1');
    const text = JSON.stringify(heard?.body.messages[0]);
    assert.match(text, /hidden checks/i);
    assert.doesNotMatch(text, /Lovelace|Zoe|many-names|name-with-space/);
  });

  it('never shows holdouts or the key to the model, the journal or the report', async () => {
    model = await startScriptedModel(byAgent(tinyScript()));
    const result = await run();
    const state = await stateOf(result);
    const dir = path.dirname(/^Journal +(.+)$/m.exec(result.stdout)?.[1] ?? '');
    const seen = [
      readFileSync(path.join(dir, 'journal.jsonl'), 'utf8'),
      readFileSync(path.join(dir, state.report?.file ?? ''), 'utf8'),
      JSON.stringify(model.requests.map((request) => request.body)),
      result.stdout,
      result.stderr,
    ].join('\n');
    for (const secret of ['sk-test-key', 'Lovelace', 'Zoe', 'an argument is not split', 'name-with-space']) {
      assert.ok(!seen.includes(secret), secret);
    }
  });
});
