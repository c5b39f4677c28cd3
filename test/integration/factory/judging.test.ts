import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyEvent } from '../../../src/shared/events';
import { readJournal } from '../../../src/trace/tail';
import { type CliResult, dist, type RunningCli } from '../../support/cli';
import { eventually, processesWith } from '../../support/sandbox';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import {
  badProgram,
  goodProgram,
  makeTinyProject,
  mendAnswers,
  type TinyProject,
  tinyScript,
} from '../../support/tinyProject';
import { runFolders, runIds, runTiny, startTiny, stateOfRun, testKey } from '../../support/tinyRun';
import { startCli } from '../../support/cli';

/** Milliseconds after the sealed half was paid for at which the process is killed. */
const moments = [0, 15, 60, 120, 200, 300, 450, 700];

describe('judging in a run', function () {
  this.timeout(90_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel | undefined;
  beforeEach(() => {
    project = makeTinyProject(temp());
  });
  afterEach(() => model?.close());

  it('rejects a result that behaves only where it is judged', async () => {
    const program = `import os from 'node:os';\nif (os.hostname() !== 'factory') process.exit(7);\n${goodProgram}`;
    model = await startScriptedModel(byAgent(tinyScript(program)));
    const { code, stdout } = await runTiny(project, model.baseUrl);
    assert.equal(code, 1, stdout);
    const { outcome } = await stateOfRun(project.store);
    assert.equal(outcome?.outcome, 'rejected');
    assert.match(outcome?.reason ?? '', /does not behave everywhere .* H-\w+ passed/);
  });

  const changeSpec = (commands: string) =>
    writeFileSync(
      project.spec,
      readFileSync(project.spec, 'utf8').replace('  test: node', `${commands}\n  test: node`),
    );

  it('accepts a result that needs what its setup left at home, and sets it up before anything is judged', async () => {
    changeSpec('  setup: "echo Hello > ~/greeting; getent hosts nowhere.example || true"');
    const greeting = `import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
const hello = readFileSync(homedir() + '/greeting', 'utf8').trim();
`;
    const program = greeting + goodProgram.replace('Hello, ', '${hello}, ');
    model = await startScriptedModel(byAgent(tinyScript(program)));
    const { code, stdout, stderr } = await runTiny(project, model.baseUrl);
    assert.equal(code, 0, stdout + stderr);
    const events = await eventsOf(project);
    const again = events.flatMap((event) => (event.type === 'validate.again' ? [event.data] : []));
    assert.ok(again.length > 0 && again.every(({ passed, root }) => passed && root === '/srv/app'));
    const setUp = events.findLastIndex(
      ({ type, data }) => type === 'network.refused' && 'where' in data && data.where === 'setup',
    );
    assert.ok(setUp < events.findIndex(({ type }) => type === 'validate.verdict'));
  });

  it('accepts a result that can only be built in one place, says so, and still changes all else', async () => {
    changeSpec('  build: test "$PWD" = /workspace');
    model = await startScriptedModel(byAgent(tinyScript()));
    const { code, stdout, stderr } = await runTiny(project, model.baseUrl);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /validate: .*; not tried in a folder of another name, where its build fails$/m);
  });

  it('rejects a result that behaves only where it is judged and lets itself be built only there', async () => {
    changeSpec('  build: test "$PWD" = /workspace');
    const program = `import os from 'node:os';\nif (os.hostname() !== 'factory') process.exit(7);\n${goodProgram}`;
    model = await startScriptedModel(byAgent(tinyScript(program)));
    const { code, stdout } = await runTiny(project, model.baseUrl);
    assert.equal(code, 1, stdout);
    assert.match((await stateOfRun(project.store)).outcome?.reason ?? '', /temporary folders and file dates/);
  });

  it('asks the sealed half three times at most, however often it is killed, and leaves no process', async () => {
    model = await startScriptedModel(
      byAgent({ ...tinyScript(badProgram), 'debugger.1': mendAnswers.slice(1) }),
    );
    const policy = path.join(temp(), 'policy.yaml');
    writeFileSync(policy, 'version: 1\nholdouts: { sealed: 1, attempts: 3 }\n');
    const baseUrl = model.baseUrl;
    let last: CliResult | undefined;
    for (const [at, moment] of moments.entries()) {
      const running =
        at === 0 ? startTiny(project, baseUrl, '--policy', policy) : resume(project, '--base-url', baseUrl);
      last = await killAfterQuestion(running, at + 1, moment);
    }
    const asked = (await eventsOf(project)).filter(isSealedQuestion);
    assert.ok(asked.length > 0 && asked.length <= 3, String(asked.length));
    assert.equal(last?.code, 3, last?.stdout);
    await eventually(() => processesWith(path.join(dist, 'judge.mjs')).length === 0);
  });

  function resume({ store }: TinyProject, ...more: string[]): RunningCli {
    const [id = ''] = runIds(store);
    return startCli(['resume', id, '--store', store, ...more], testKey);
  }

  /** Lets a process go on until it asked the sealed half for the nth time, and a moment more. */
  async function killAfterQuestion(running: RunningCli, nth: number, moment: number): Promise<CliResult> {
    let ended = false;
    void running.done.then(() => (ended = true));
    while (!ended && questions(project) < nth) await sleep(2);
    await sleep(moment);
    running.kill('SIGKILL');
    return running.done;
  }
});

const isSealedQuestion = (event: AnyEvent): boolean =>
  event.type === 'validate.started' && event.data.half === 'sealed';

/** Sealed questions on record now, also while the journal is written. */
function questions({ store }: TinyProject): number {
  const [dir = ''] = runFolders(store);
  const file = path.join(dir, 'journal.jsonl');
  if (!existsSync(file)) return 0;
  return readFileSync(file, 'utf8').split('"validate.started"').length - 1;
}

async function eventsOf({ store }: TinyProject): Promise<readonly AnyEvent[]> {
  const [file = ''] = globSync('workspaces/*/runs/*/journal.jsonl', { cwd: store });
  return readJournal(path.join(store, file));
}
