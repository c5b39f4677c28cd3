import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usualLook } from '../../../src/factory/judgingBench';
import type { Till } from '../../../src/holdouts/judgeMoney';
import { type Judge, startJudge } from '../../../src/holdouts/judgeProcess';
import type { Cost } from '../../../src/holdouts/judgeProtocol';
import type { Bench } from '../../../src/holdouts/types';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { FactoryError } from '../../../src/shared/errors';
import {
  type Answer,
  type Script,
  type ScriptedModel,
  startScriptedModel,
} from '../../support/scriptedModel';
import { buildPrograms, temporaryFolder } from '../../support/sandbox';

const greets = 'The text greets Ada.';
const scenarios: Record<string, string> = {
  greets: `steps: [{ run: ["{{program}}", Ada], expect: { exit: 0 } }, { judge: "${greets}" }]`,
  fails: `steps: [{ run: ["{{program}}", Ada], expect: { exit: 3 } }, { judge: "${greets}" }]`,
  canary: `steps: [{ run: ["{{program}}", "{{canary.name}}"], expect: { exit: 0 } }, { judge: "It greets {{canary.name}}." }]`,
  file: `
steps:
  - run: 'echo "from a file" > out.txt'
  - file: out.txt
    expect: { text: { any: true } }
  - judge: It speaks of a file.`,
  twin: `
given: { twins: { slack: { seed: { channels: [{ id: C0HIDDEN1, name: general }] } } } }
steps:
  - run: [bash, -c, 'curl -sS "$SLACK_API_URL"chat.postMessage -H "Authorization: Bearer $SLACK_BOT_TOKEN" -d channel=C0HIDDEN1 -d text=Bye']
  - twin: slack
    expect: { calls: { method: chat.postMessage, count: 1 } }
  - judge: It says bye.`,
};

const verdict = (holds: boolean): Answer => ({
  content: [{ type: 'tool_use', name: 'answer', input: { holds } }],
});

/** What a model was asked. */
const promptOf = (request: Parameters<Script>[0]): string =>
  JSON.stringify(request.body.messages).replaceAll('\\n', '\n').replaceAll('\\"', '"');
const isOpposite = (request: Parameters<Script>[0]): boolean =>
  promptOf(request).includes('It is not the case');

/** Says of each statement that it holds, and of its opposite that it does not. */
const agrees: Script = (request) => verdict(!isOpposite(request));

describe('judge steps', function () {
  this.timeout(60_000);
  let programs: string;
  let vault: Vault;
  let bench: Bench;
  const ids: Record<string, string> = {};
  let judge: Judge | undefined;
  let model: ScriptedModel | undefined;
  /** What was reserved and what was paid, in order. */
  let money: { reserved: Cost[]; paid: Cost[] };

  before(async () => {
    programs = await buildPrograms();
    const folder = temporaryFolder('judge-steps');
    const source = path.join(folder, 'source');
    const candidate = path.join(folder, 'candidate');
    for (const dir of [source, candidate]) mkdirSync(dir);
    writeFileSync(path.join(candidate, 'greet.js'), 'console.log(`Hello, ${process.argv[2]}!`)');
    const access = { dir: path.join(folder, 'vault'), key: new Uint8Array(32).fill(7), workspaceId: 'w' };
    vault = await openVault(access);
    for (const [name, text] of Object.entries(scenarios)) {
      writeFileSync(path.join(source, `${name}.scenario.yaml`), `id: ${name}\ncovers: [R1]\n${text}\n`);
    }
    const { imported, refused } = await vault.importFolder(source);
    assert.deepEqual(refused, []);
    for (const { file, id } of imported) ids[file.split('.')[0]!] = id;
    bench = {
      candidate,
      copies: path.join(folder, 'copies'),
      scratch: path.join(folder, 's'),
      spec: {
        commands: { program: ['node', 'greet.js'] },
        env: { SLACK_API_URL: '{{twin.slack.url}}', SLACK_BOT_TOKEN: '{{twin.slack.token}}' },
        twins: ['slack'],
        services: {},
      },
      look: usualLook,
    };
  });
  beforeEach(() => (money = { reserved: [], paid: [] }));
  afterEach(async () => {
    await judge?.close();
    await model?.close();
  });

  const till = (limit = 1): Till => ({
    reserve(scenario, worst) {
      money.reserved.push(worst);
      if (worst.usd > limit)
        return Promise.reject(new FactoryError('over-budget', `${scenario} is too dear.`, { hint: 'Pay.' }));
      return Promise.resolve((used) => void money.paid.push(used));
    },
  });

  async function court(script: Script, limit?: number): Promise<Judge> {
    model = await startScriptedModel(script);
    const asked = { id: 'claude-haiku-5-5', baseUrl: model.baseUrl, apiKey: 'sk-test', till: till(limit) };
    return (judge = await startJudge({ vault: vault.access, programs, hidden: [], model: asked }));
  }

  it('pass when a model says that the statement holds and its opposite does not', async () => {
    const { passed } = await (await court(agrees)).judge(ids['greets']!, bench);
    assert.equal(passed, true);
    const prompts = model!.requests.map(promptOf);
    assert.equal(prompts.length, 2);
    assert.ok(prompts.every((prompt) => prompt.includes('\nHello, Ada!\n') && prompt.includes(greets)));
  });

  it('fail when it says anything else', async () => {
    const answers: Answer[] = [
      verdict(false),
      verdict(true),
      { content: 'true' },
      { content: [{ type: 'tool_use', name: 'answer', input: { holds: 'true' } }] },
      { content: 'I would rather not.', stopReason: 'refusal' },
    ];
    const left = [...answers];
    const judging = await court((request) => (isOpposite(request) ? verdict(true) : left.shift()!));
    for (const answer of answers) {
      assert.equal((await judging.judge(ids['greets']!, bench)).passed, false, JSON.stringify(answer));
    }
  });

  it('are not asked when an exact check before them fails', async () => {
    assert.equal((await (await court(agrees)).judge(ids['fails']!, bench)).passed, false);
    assert.equal(model!.requests.length, 0);
  });

  it('see what the step before them saw: a file, or calls of a twin', async () => {
    const judging = await court(agrees);
    for (const name of ['file', 'twin']) assert.equal((await judging.judge(ids[name]!, bench)).passed, true);
    const prompts = model!.requests.map(promptOf);
    assert.match(prompts[0]!, /\nfrom a file\n/);
    assert.match(prompts[2]!, /"method": "chat\.postMessage",[^]*"text": "Bye"/);
  });

  it('are paid for before they are asked, and cost what they used', async () => {
    await (await court(agrees)).judge(ids['greets']!, bench);
    assert.equal(money.reserved.length, 2);
    assert.ok(money.reserved.every(({ usd, tokens }) => usd > 0 && tokens > 2048));
    // As the endpoint says: 100 tokens in and 20 out, at the price of the model's family.
    assert.deepEqual(
      money.paid,
      [1, 2].map(() => ({ usd: 0.0002, tokens: 120 })),
    );
  });

  it('end the judging where they cannot be paid for', async () => {
    const judging = await court(agrees, 0.000001);
    await assert.rejects(judging.judge(ids['greets']!, bench), { code: 'over-budget', message: /too dear/ });
    assert.equal(model!.requests.length, 0);
  });

  it('are no verdict when the endpoint fails, and its words go nowhere', async () => {
    const echo: Script = (request) => ({
      status: 400,
      error: { type: 'invalid_request_error', message: `You said: ${promptOf(request)}` },
    });
    const judging = await court(echo);
    const error = await judging.judge(ids['canary']!, bench).then(
      () => assert.fail('it gave a verdict'),
      (failure: unknown) => failure as FactoryError,
    );
    assert.equal(error.code, 'failed');
    assert.equal(error.message, `The model that scenario ${ids['canary']} asks could not be asked.`);
    assert.ok(![error.message, error.hint].join().includes('greets'));
    assert.deepEqual(money.paid, [{ usd: 0, tokens: 0 }]);
  });

  it('settle what is in flight at its worst when the judging ends', async () => {
    const judging = await court(() => ({ hang: true }));
    const asked = judging.judge(ids['greets']!, bench).catch((error: unknown) => error);
    while (model!.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await judging.close();
    assert.ok((await asked) instanceof FactoryError);
    assert.deepEqual(money.paid, money.reserved);
  });

  it('say so where there is nobody to ask', async () => {
    judge = await startJudge({ vault: vault.access, programs, hidden: [] });
    await assert.rejects(judge.judge(ids['greets']!, bench), {
      code: 'environment',
      message: /asks a model/,
    });
  });
});
