import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EventData } from '../../../src/shared/events';
import { readJournal } from '../../../src/trace/tail';
import { cli } from '../../support/cli';
import { byAgent, type Script, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import { runFolders, runIds, runTiny, stateOfRun } from '../../support/tinyRun';

/** A word of the statement that is nowhere else. */
const word = 'quezalcoatlus';
const scenario = `id: friendly
covers: [R1]
steps:
  - run: ["{{program}}", "{{canary.name}}"]
    expect: { exit: 0 }
  - judge: "The text greets {{canary.name}} and no ${word}."
`;

describe('a run whose scenarios ask a model', function () {
  this.timeout(90_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel | undefined;
  beforeEach(() => {
    project = makeTinyProject(temp());
    writeFileSync(path.join(project.holdouts, 'friendly.scenario.yaml'), scenario);
  });
  afterEach(() => model?.close());

  const agents = byAgent(tinyScript());
  const script: Script = (request) => {
    if (request.agent !== 'judge') return agents(request);
    const holds = !JSON.stringify(request.body.messages).includes('It is not the case');
    return { content: [{ type: 'tool_use', name: 'answer', input: { holds } }] };
  };

  it('is judged by the role of that name, pays for it, keeps nothing of what was asked, and can be replayed', async () => {
    model = await startScriptedModel(script);
    const recording = path.join(temp(), 'recording');
    const { code, stdout, stderr } = await runTiny(
      project,
      model.baseUrl,
      ...['--source', `record:${recording}`, '--role', 'judge=claude-haiku-x'],
    );
    assert.equal(code, 0, stdout + stderr);
    const asked = model.requests.filter(({ agent }) => agent === 'judge');
    assert.ok(asked.length >= 2 && asked.every(({ body }) => body.model === 'claude-haiku-x'));
    assert.ok(asked.every(({ body }) => JSON.stringify(body).includes(word)));
    const { spend } = await stateOfRun(project.store);
    assert.equal(spend.judged, 120 * asked.length);

    const [run = ''] = runIds(project.store);
    const otlp = await cli(['trace', run, '--store', project.store, '--format', 'otlp']);
    assert.equal(otlp.code, 0, otlp.stderr);
    // The greeted name is the canary itself: whoever asked the model knows it.
    const canary = /greets (\S+ \S+) and no/.exec(JSON.stringify(asked[0]!.body))?.[1] ?? '';
    assert.match(canary, /^\w+ \w+$/);
    const kept = [
      stdout,
      stderr,
      otlp.stdout,
      ...textsBelow(recording),
      ...runFolders(project.store).flatMap(textsBelow),
    ];
    for (const secret of [word, canary, 'It is not the case']) {
      assert.ok(
        kept.every((text) => !text.includes(secret)),
        secret,
      );
    }

    // Another machine, with other ids and other random values.
    const demo = makeTinyProject(mkdtempSync(path.join(temp(), 'demo-')));
    writeFileSync(path.join(demo.holdouts, 'friendly.scenario.yaml'), scenario);
    const args = ['run', demo.spec, '--store', demo.store, '--holdouts', demo.holdouts];
    const replayed = await cli([...args, '--source', `replay:${recording}`]);
    assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr);
    const verdicts = await verdictsOf(demo);
    assert.equal(verdicts.filter((verdict) => verdict.replayed).length, 1);
    assert.ok((await verdictsOf(project)).every((verdict) => !verdict.replayed));
    assert.equal((await stateOfRun(demo.store)).spend.judged, 0);
  });
});

async function verdictsOf({ store }: TinyProject): Promise<EventData['validate.verdict'][]> {
  const [dir = ''] = runFolders(store);
  const events = await readJournal(path.join(dir, 'journal.jsonl'));
  return events.flatMap((event) => (event.type === 'validate.verdict' ? [event.data] : []));
}

function textsBelow(folder: string): string[] {
  return globSync('**/*', { cwd: folder })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'));
}
