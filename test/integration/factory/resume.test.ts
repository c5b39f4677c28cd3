import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reduce } from '../../../src/shared/reduce';
import { readJournal } from '../../../src/trace/tail';
import { cli, type RunningCli, startCli } from '../../support/cli';
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

const key = { ANTHROPIC_API_KEY: 'sk-test-key' };
/** Numbers of journaled events at which the process is killed; a whole run has more than the last of them. */
const moments = [3, 9, 15, 22, 29, 37, 46, 56, 66, 76];

describe('resume after kill -9', function () {
  this.timeout(60_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(async () => {
    project = makeTinyProject(temp());
    model = await startScriptedModel(byAgent({ ...tinyScript(badProgram), 'debugger.1': mendAnswers }));
  });
  afterEach(() => model.close());

  function runFolder(): string | undefined {
    return globSync('workspaces/*/runs/*/journal.jsonl', { cwd: project.store }).map((file) =>
      path.join(project.store, path.dirname(file)),
    )[0];
  }

  function eventCount(): number {
    const dir = runFolder();
    if (!dir) return 0;
    return readFileSync(path.join(dir, 'journal.jsonl'), 'utf8').split('\n').length - 1;
  }

  function start(): RunningCli {
    const { spec, store, holdouts } = project;
    return startCli(
      ['run', spec, '--store', store, '--holdouts', holdouts, '--base-url', model.baseUrl],
      key,
    );
  }

  /** Kills the process when the journal holds this many events. */
  async function killAt(running: RunningCli, events: number): Promise<void> {
    let ended = false;
    void running.done.then(() => (ended = true));
    while (!ended && eventCount() < events) await sleep(2);
    running.kill('SIGKILL');
    await running.done;
  }

  for (const moment of moments) {
    it(`ends the same when it died at event ${moment}`, async () => {
      await killAt(start(), moment);
      const dir = runFolder() ?? '';
      const before = await readJournal(path.join(dir, 'journal.jsonl'));
      assert.ok(!before.some((event) => event.type === 'run.finished'), 'it ended before it was killed');
      const id = /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '';

      const result = await cli(['resume', id, '--store', project.store], key);
      assert.equal(result.code, 0, result.stdout + result.stderr);
      const state = reduce(await readJournal(path.join(dir, 'journal.jsonl')));
      assert.equal(state.outcome?.outcome, 'accepted');
      const files = personGit(project.workspace, 'ls-tree', '-r', '--name-only', state.branch?.name ?? '');
      assert.deepEqual(files.trim().split('\n'), [
        'CLAUDE.md',
        'greet.mjs',
        'greet.spec.md',
        'greet.test.mjs',
      ]);
      const program = personGit(project.workspace, 'show', `${state.branch?.name}:greet.mjs`);
      assert.match(program, /for \(const name of names\)/);

      const asked = model.requests.map((request) => `${request.agent} ${request.turn}`);
      const repeated = asked.length - new Set(asked).size;
      // Implementer and tester work at the same time: each may have had one call in flight.
      assert.ok(repeated <= 2, asked.join(', '));
      const answered = before.flatMap((event) =>
        event.type === 'chat.finished' ? [`${event.data.agent} ${event.data.turn - 1}`] : [],
      );
      for (const one of answered) assert.equal(asked.filter((other) => other === one).length, 1, one);
    });
  }
});
