import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliResult } from '../../support/cli';
import {
  type Answer,
  byAgent,
  type ScriptedModel,
  type ScriptedRequest,
  startScriptedModel,
} from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import {
  answeredTurns,
  factoryBranches,
  resumeTiny,
  runTiny,
  startTiny,
  stateOfRun,
} from '../../support/tinyRun';

const refused = (status: number, type: string, message: string): Answer => ({
  status,
  error: { type, message },
});
const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);
/** The first attempt and the four retries of the SDK. */
const everyAttempt = 5;

describe('a model endpoint that does not do its part', function () {
  this.timeout(90_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(() => {
    project = makeTinyProject(temp());
  });
  afterEach(() => model.close());

  /** The tiny project's answers, with these before the implementer's first. */
  async function script(...before: Answer[]): Promise<void> {
    const { 'T1.implementer': good = [], ...others } = tinyScript();
    model = await startScriptedModel(byAgent({ ...others, 'T1.implementer': [...before, ...good] }));
  }

  /** The run failed, says why, kept its record and made no branch. */
  async function assertFailed(result: CliResult, says: RegExp): Promise<void> {
    assert.equal(result.code, 6, result.stdout + result.stderr);
    assert.equal(result.stderr, '');
    assert.match(/^Outcome +failed: (.*)$/m.exec(result.stdout)?.[1] ?? '', says);
    const { outcome } = await stateOfRun(project.store);
    assert.equal(outcome?.outcome, 'failed');
    assert.deepEqual(factoryBranches(project.workspace), []);
  }

  async function assertAccepted(result: CliResult): Promise<void> {
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal((await stateOfRun(project.store)).outcome?.outcome, 'accepted');
    assert.equal(factoryBranches(project.workspace).length, 1);
  }

  it('fails the run when it goes away, and the run goes on where it was when it is back', async () => {
    const answer = byAgent(tinyScript());
    const gone: { requests: ScriptedRequest[] } = { requests: [] };
    model = await startScriptedModel((request) =>
      request.agent === 'T1.implementer' && request.turn === 1 ? { hang: true } : answer(request),
    );
    const running = startTiny(project, model.baseUrl);
    while (!model.requests.some(({ agent, turn }) => agent === 'T1.implementer' && turn === 1))
      await sleep(20);
    gone.requests = model.requests;
    await model.close();
    await assertFailed(
      await running.done,
      /^T\d\.\w+, turn \d: the model endpoint cannot be reached \(.*ECONNREFUSED.*\)\. Check the network and --base-url .*, then resume the run\.$/,
    );
    const before = await answeredTurns(project.store);
    assert.ok(before.includes('planner 0') && before.includes('T1.implementer 0'), before.join());

    model = await startScriptedModel(answer, Number(new URL(model.baseUrl).port));
    await assertAccepted(await resumeTiny(project));
    const again = model.requests.map(({ agent, turn }) => `${agent} ${turn}`);
    assert.deepEqual(
      again.filter((one) => before.includes(one)),
      [],
      'asked although the journal had the answer',
    );
    assert.equal(new Set(again).size, again.length, again.join());
    const all = [...gone.requests, ...model.requests].map(({ agent, turn }) => `${agent} ${turn}`);
    for (const turn of before) assert.equal(all.filter((one) => one === turn).length, 1, turn);
  });

  it('may have moved: resume takes another address', async () => {
    await script(refused(404, 'not_found_error', 'model: gone'));
    await assertFailed(
      await runTiny(project, model.baseUrl),
      /^T1\.implementer, turn 1: the model endpoint does not know what was asked for \(model: gone\)\. Check the model id/,
    );
    await model.close();
    await script();
    await assertAccepted(await resumeTiny(project, '--base-url', model.baseUrl));
  });

  const reasons: Record<string, { before: Answer[]; says: RegExp }> = {
    'refuses the key (401)': {
      before: [refused(401, 'authentication_error', 'invalid x-api-key')],
      says: /^T1\.implementer, turn 1: the model endpoint does not accept the API key \(invalid x-api-key\)\. Check ANTHROPIC_API_KEY .*, then resume the run\.$/,
    },
    'limits the rate on every attempt (429)': {
      before: times(everyAttempt, refused(429, 'rate_limit_error', 'slow down')),
      says: /^T1\.implementer, turn 1: the model endpoint still limits the rate after several tries \(slow down\)\. Nothing is lost: resume the run later\.$/,
    },
    'is overloaded on every attempt (529)': {
      before: times(everyAttempt, refused(529, 'overloaded_error', 'Overloaded')),
      says: /^T1\.implementer, turn 1: the model endpoint is still overloaded after several tries \(Overloaded\)\. Nothing is lost/,
    },
    'breaks off every answer half-way': {
      before: times(everyAttempt, { cut: 4 }),
      says: /^T1\.implementer, turn 1: the answer broke off half-way, on every attempt\. Nothing is lost: resume the run/,
    },
    'calls a tool with input that is not JSON, every time': {
      before: times(everyAttempt, { malformed: '{"command": "ls' }),
      says: /^T1\.implementer, turn 1: the model called a tool with input that is not JSON, on every attempt\. Resume/,
    },
    'is no Messages API': {
      before: [{ status: 200, error: 'Welcome!' }],
      says: /^The model endpoint answered with text\/plain instead of a message\. Check that --base-url .* without \/v1\.$/,
    },
  };
  for (const [what, { before, says }] of Object.entries(reasons)) {
    it(`fails the run when it ${what}; the run can be resumed`, async () => {
      await script(...before);
      await assertFailed(await runTiny(project, model.baseUrl), says);
      const answered = await answeredTurns(project.store);
      const asked = model.requests.length;
      await assertAccepted(await resumeTiny(project));
      const again = model.requests.slice(asked).map(({ agent, turn }) => `${agent} ${turn}`);
      assert.deepEqual(
        again.filter((one) => answered.includes(one)),
        [],
      );
    });
  }

  const passing: Record<string, { before: Answer; says: RegExp }> = {
    'limits the rate once and says how long to wait': {
      before: { ...refused(429, 'rate_limit_error', 'slow'), headers: { 'retry-after': '1' } },
      says: /T1\.implementer: rate_limit_error, asks to wait 1 s/,
    },
    'is overloaded once': {
      before: refused(529, 'overloaded_error', 'Overloaded'),
      says: /T1\.implementer: overloaded_error/,
    },
    'reports an overload in the middle of an answer': {
      before: { streamError: { type: 'overloaded_error', message: 'Overloaded' } },
      says: /T1\.implementer: The answer broke off: .*Overloaded/,
    },
    'breaks off one answer half-way': { before: { cut: 4 }, says: /T1\.implementer: The answer broke off/ },
    'calls a tool with input that is not JSON once': {
      before: { malformed: '{"comm' },
      says: /T1\.implementer: .*JSON/,
    },
  };
  for (const [what, { before, says }] of Object.entries(passing)) {
    it(`only delays the run when it ${what}`, async () => {
      await script(before);
      const result = await runTiny(project, model.baseUrl);
      await assertAccepted(result);
      assert.match(result.stdout, says);
      assert.equal(
        model.requests.filter(({ agent, turn }) => agent === 'T1.implementer' && turn === 0).length,
        2,
      );
    });
  }

  const final: Record<string, { answer: Answer; says: RegExp }> = {
    'refuses to answer': {
      answer: { content: 'I cannot help with that.', stopReason: 'refusal' },
      says: /^T1\.implementer, turn 1: the model refused to answer\. Read the turn in the trace and reword the req/,
    },
    'cuts an answer at its longest length (max_tokens)': {
      answer: { content: 'On and on', stopReason: 'max_tokens' },
      says: /^T1\.implementer, turn 1: the answer was cut at its longest allowed length\. Split the requirement into/,
    },
  };
  for (const [what, { answer, says }] of Object.entries(final)) {
    it(`fails the run when it ${what}, and does not ask again`, async () => {
      await script(answer);
      await assertFailed(await runTiny(project, model.baseUrl), says);
      const asked = model.requests.filter(({ agent }) => agent === 'T1.implementer').length;
      assert.equal(asked, 1);
      await assertFailed(await resumeTiny(project), says);
      assert.equal(model.requests.filter(({ agent }) => agent === 'T1.implementer').length, asked);
    });
  }

  it('says the code of what ended the run with --json', async () => {
    await script(refused(401, 'authentication_error', 'invalid x-api-key'));
    const result = await runTiny(project, model.baseUrl, '--json');
    assert.equal(result.code, 6);
    const events = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> });
    const { type, data } = events.at(-1)!;
    assert.deepEqual([type, data['outcome'], data['code']], ['run.finished', 'failed', 'environment']);
  });
});
