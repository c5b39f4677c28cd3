import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyEvent } from '../../../src/shared/events';
import { readJournal } from '../../../src/trace/tail';
import { cli, startCli } from '../../support/cli';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { cliOnTerminal } from '../../support/terminal';
import { badProgram, makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import {
  resumeTiny,
  runFolders,
  runIds,
  runTiny,
  startTiny,
  stateOfRun,
  testKey,
} from '../../support/tinyRun';

describe('the meter of a run', function () {
  this.timeout(120_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(() => (project = makeTinyProject(temp())));
  afterEach(() => model.close());

  /** A policy of the person's own: a repository's may not ask for less than the usual. */
  function policy(holdouts: string): string[] {
    const file = path.join(temp(), 'policy.yaml');
    writeFileSync(file, `version: 1\nholdouts: ${holdouts}\n`);
    return ['--policy', file];
  }

  it('says at intake how far its budget goes, and stops before an answer that no longer fits', async () => {
    // Of four scenarios three stand behind R1: an answer is R1, a count of four, or nothing.
    const own = policy('{ sealed: 0, bits: 3 }');
    const debuggers = {
      'debugger.1': [{ content: 'Nothing to mend.' }],
      'debugger.2': [{ content: 'Nothing.' }],
    };
    model = await startScriptedModel(byAgent({ ...tinyScript(badProgram), ...debuggers }));
    const result = await runTiny(project, model.baseUrl, ...own);
    assert.equal(result.code, 3, result.stdout);
    assert.match(
      result.stdout,
      /warning line 1: The feedback budget of 3\.0 bits buys 1 answer of 2\.6 bits/,
    );
    assert.match(result.stdout, /told the debugger: Hidden checks of requirement R1 fail/);
    assert.match(
      result.stdout,
      /needs-human: The feedback half of the holdouts needs new scenarios: .* 4 scenarios .* until this half has 4 of them/,
    );
    assert.equal(
      (await stateOfRun(project.store)).agents.filter(({ role }) => role === 'debugger').length,
      1,
    );

    const resumed = await resumeTiny(project, '--base-url', model.baseUrl);
    assert.equal(resumed.code, 3, 'a resumed run hears nothing more');
    assert.match(resumed.stdout, /needs new scenarios/);

    const [id = ''] = runIds(project.store);
    const person = await cli(['holdouts', 'verdicts', id, '--store', project.store]);
    assert.equal(person.code, 3);
    assert.match(person.stderr, /The feedback half cannot pay for 4 verdicts: it has 0\.4 bits left/);
  });

  it('shows a person which scenarios failed only when they pay for it, like an answer to agents', async () => {
    const own = path.join(temp(), 'policy.yaml');
    writeFileSync(own, 'version: 1\nbudget: { debugRounds: 0 }\nholdouts: { sealed: 0 }\n');
    model = await startScriptedModel(byAgent(tinyScript(badProgram)));
    const result = await runTiny(project, model.baseUrl, '--policy', own);
    const [, passed] = /feedback half: ([1-3]) of 4 passed/.exec(result.stdout) ?? [];
    assert.ok(passed, result.stdout);
    assert.doesNotMatch(result.stdout, /H-\w+.*(passed|failed)/);
    assert.match(result.stdout, /R1 +· · · /, 'no mark tells it either');
    const [id = ''] = runIds(project.store);
    const store = ['--store', project.store];
    const traced = async () => {
      const { stdout } = await cli(['trace', id, ...store]);
      return (JSON.parse(stdout) as AnyEvent[]).filter(({ type }) => type === 'validate.verdict');
    };
    assert.doesNotMatch(JSON.stringify(await traced()), /passed/);

    const unasked = await cli(['holdouts', 'verdicts', id, ...store]);
    assert.equal(unasked.code, 3, 'only a person at a terminal');
    const paying = await cliOnTerminal(['holdouts', 'verdicts', id, ...store], [['Type "show 4"', 'show 4']]);
    assert.equal(paying.code, 0, paying.stdout);
    assert.match(paying.stdout, /4 verdicts of the feedback half cost 4 of the 11\.0 bits/);
    const failing = paying.stdout.match(/^H-\w+ +feedback +failed/gm)?.length;
    assert.equal(failing, 4 - Number(passed), paying.stdout);
    const { spend, verdicts } = await stateOfRun(project.store);
    assert.deepEqual([spend.bitsTold, spend.bitsLeft], [4, 7]);
    assert.ok(verdicts.every(({ shown }) => shown));
    assert.equal((await traced()).filter(({ data }) => 'passed' in data).length, 4);
    assert.match((await cli(['verify', id, ...store])).stdout, /✓ chain/);

    // A new run of the same scenarios has what is left.
    await runTiny(project, model.baseUrl, '--policy', own);
    const second = runIds(project.store).find((one) => one !== id) ?? '';
    const again = await cliOnTerminal(['holdouts', 'verdicts', second, ...store], [['Type "show 4"', 'no']]);
    assert.equal(again.code, 130, again.stdout);
    assert.match(again.stdout, /cost 4 of the 7\.0 bits/);
    assert.doesNotMatch(again.stdout, /failed {2}/);
  });

  it('takes a sealed question that died with its process for a failed one: after three there is no fourth', async () => {
    const own = policy('{ sealed: 1 }');
    model = await startScriptedModel(byAgent(tinyScript()));
    let running = startTiny(project, model.baseUrl, ...own, '--json');
    const questions = async () => {
      const [dir = ''] = runFolders(project.store);
      const file = path.join(dir, 'journal.jsonl');
      const events = existsSync(file) ? await readJournal(file) : [];
      return events.filter((event) => event.type === 'validate.started').length;
    };
    for (let asked = 1; asked <= 3; asked += 1) {
      let ended = false;
      void running.done.then(() => (ended = true));
      while (!ended && (await questions()) < asked) await sleep(20);
      running.kill('SIGKILL');
      await running.done;
      const [id = ''] = runIds(project.store);
      running = startCli(['resume', id, '--store', project.store], testKey);
    }
    const { code, stdout } = await running.done;
    assert.equal(code, 3, stdout);
    assert.match(stdout, /needs-human: The sealed half of the holdouts needs new scenarios/);
    assert.equal(await questions(), 3);
  });
});
