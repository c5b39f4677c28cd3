import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import type { Observation } from '../../../src/models/conversation';
import { explainModelError } from '../../../src/models/explain';
import { readRecordingHeader, readTurns, writeRecordingHeader } from '../../../src/models/recording';
import type { FactoryError } from '../../../src/shared/errors';
import { byAgent, startScriptedModel, type Answer, type ScriptedModel } from '../../support/scriptedModel';
import { openTalk, secret, type RunOptions } from './talk';

const call = (command: string): Answer => ({
  content: [
    { type: 'thinking', thinking: `I want to ${command}.` },
    { type: 'text', text: 'Grüße, 世界' },
    { type: 'tool_use', name: 'bash', input: { command, nested: { list: [1, null, 'ü'] } } },
  ],
  usage: { cache_read_input_tokens: 11, cache_creation_input_tokens: 7 },
});
const script = { 'T1.implementer': [call('make'), call('test'), { content: 'Done.' }] };

const byCommand = (command: string): Observation =>
  command === 'make'
    ? { tool: 'bash', ok: true, exit: 0, files: { 'src/timeout.ts': 'aa'.repeat(32) } }
    : { tool: 'bash', ok: false, exit: 2, files: {} };

describe('a recording', () => {
  let dir: string;
  let endpoint: ScriptedModel;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'recording-'));
    endpoint = await startScriptedModel(byAgent(script));
  });

  afterEach(async () => {
    await endpoint.close();
    await rm(dir, { recursive: true, force: true });
  });

  function record(options: RunOptions & { agent?: string } = {}): Promise<BetaMessage[]> {
    const { agent = 'T1.implementer', ...run } = options;
    const source = { kind: 'record', dir, baseUrl: endpoint.baseUrl, apiKey: secret } as const;
    return openTalk({ agent, source }).run({ bash: byCommand, ...run });
  }

  function replay(run: RunOptions = {}, agent = 'T1.implementer'): Promise<BetaMessage[]> {
    return openTalk({ agent, source: { kind: 'replay', dir } }).run({ bash: byCommand, ...run });
  }

  async function refusal(replayed: Promise<unknown>): Promise<FactoryError> {
    const thrown = await replayed.then(
      () => assert.fail('the replay went on'),
      (error: unknown) => error,
    );
    return explainModelError(thrown, 'T1.implementer, turn 1');
  }

  for (const recorded of [true, false]) {
    for (const replayed of [true, false]) {
      it(`replays the same answers (recorded ${form(recorded)}, replayed ${form(replayed)})`, async () => {
        const heard = await record({ stream: recorded });
        const asked = endpoint.requests.length;
        assert.deepEqual(await replay({ stream: replayed }), heard);
        assert.equal(heard.length, 3);
        assert.equal(endpoint.requests.length, asked);
      });
    }
  }

  it('never holds the key', async () => {
    await record();
    const files = await readdir(dir);
    assert.deepEqual(files, ['T1.implementer.jsonl']);
    for (const file of files) {
      assert.ok(!(await readFile(path.join(dir, file), 'utf8')).includes(secret));
    }
  });

  it('keeps agents apart, whatever their names', async () => {
    const names = ['../up', 'a/b', 'a%2Fb', 'a_b', 'A:b*'];
    await endpoint.close();
    endpoint = await startScriptedModel(({ agent }) => ({ content: `I am ${agent}` }));
    for (const agent of names) await record({ agent });
    assert.equal((await readdir(dir)).length, names.length);
    for (const agent of names) {
      const [turn] = await readTurns(dir, agent);
      assert.deepEqual(turn?.message.content, [{ type: 'text', text: `I am ${agent}`, citations: null }]);
    }
  });

  it('costs the same when replayed', async () => {
    const source = { kind: 'record', dir, baseUrl: endpoint.baseUrl, apiKey: secret } as const;
    const live = openTalk({ agent: 'T1.implementer', source });
    await live.run({ bash: byCommand });
    const again = openTalk({ agent: 'T1.implementer', source: { kind: 'replay', dir } });
    await again.run({ bash: byCommand });
    assert.deepEqual(again.ledger.spent, live.ledger.spent);
    assert.ok(again.ledger.spent.usd > 0);
    assert.deepEqual(again.attempts, [], 'a replay makes no HTTP attempt');
  });

  describe('stops at the first real difference, without a retry', () => {
    const differences: [string, RunOptions['bash'], string][] = [
      [
        'an exit status',
        (command) => ({ ...byCommand(command), exit: 1 }),
        'The replay differs at T1.implementer turn 2: recorded bash exit 0, now exit 1.',
      ],
      [
        'a file, even one whose name reads like a passing failure',
        (command) => ({ ...byCommand(command), files: { 'src/timeout.ts': 'bb'.repeat(32) } }),
        'The replay differs at T1.implementer turn 2: after bash, src/timeout.ts was recorded with digest aaaaaaaaaaaa, now with digest bbbbbbbbbbbb.',
      ],
      [
        'a later turn',
        (command, turn) => (turn === 2 ? { ...byCommand(command), exit: 0 } : byCommand(command)),
        'The replay differs at T1.implementer turn 3: recorded bash exit 2, now exit 0.',
      ],
    ];
    for (const [name, bash, message] of differences) {
      it(name, async () => {
        await record();
        let turns = 0;
        const error = await refusal(
          replay({
            bash: (command, turn) => {
              turns = turn;
              return bash?.(command, turn) ?? byCommand(command);
            },
          }),
        );
        assert.equal(error.message, message);
        assert.equal(error.code, 'failed');
        assert.match(error.hint, /record it anew/);
        assert.equal(`${turns + 1}`, /turn (\d)/.exec(message)?.[1]);
      });
    }

    it('a turn the recording does not have', async () => {
      await record();
      const file = path.join(dir, 'T1.implementer.jsonl');
      const lines = (await readFile(file, 'utf8')).split('\n');
      await writeFile(file, lines.slice(0, 2).join('\n') + '\n');
      const error = await refusal(replay());
      assert.equal(
        error.message,
        'The replay differs at T1.implementer turn 3: the recording ends before it.',
      );
    });

    it('an agent the recording does not have', async () => {
      await record();
      const error = await refusal(replay({}, 'T9.implementer'));
      assert.match(error.message, /^The recording holds nothing of T9\.implementer/);
      assert.equal(error.code, 'bad-input');
    });
  });

  it('does not mind other prose and output', async () => {
    const heard = await record();
    const talk = openTalk({ agent: 'T1.implementer', source: { kind: 'replay', dir } });
    const { client } = talk.conversation;
    const message = await client.beta.messages.create({
      model: 'another-model',
      max_tokens: 7,
      messages: [{ role: 'user', content: 'Quite another prompt' }],
    });
    assert.deepEqual(message, heard[0]);
  });

  it('is usable after a crash tore its last line, and goes on behind it', async () => {
    await record();
    const file = path.join(dir, 'T1.implementer.jsonl');
    await appendFile(file, '{"turn":4,"since":[{"to');
    assert.equal((await readTurns(dir, 'T1.implementer')).length, 3);

    const held = await readTurns(dir, 'T1.implementer');
    const source = { kind: 'record', dir, baseUrl: endpoint.baseUrl, apiKey: secret } as const;
    const answered = (turn: number) => held.slice(0, 2).find((known) => known.turn === turn)?.message;
    await openTalk({ agent: 'T1.implementer', source, answered }).run({ bash: byCommand });
    const turns = await readTurns(dir, 'T1.implementer');
    assert.deepEqual(turns, held);
    assert.equal((await readFile(file, 'utf8')).trimEnd().split('\n').length, 4, 'turn 3 was heard again');
  });

  it('forgets what followed a turn that was recorded again', async () => {
    await record();
    await endpoint.close();
    endpoint = await startScriptedModel(() => ({ content: 'Short this time.' }));
    await record();
    const turns = await readTurns(dir, 'T1.implementer');
    assert.deepEqual(
      turns.map(({ turn }) => turn),
      [1],
    );
    assert.equal((await replay()).length, 1);
  });

  it('says which line is not a recorded turn', async () => {
    await record();
    const file = path.join(dir, 'T1.implementer.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"since":[', '"since":[7,'));
    const error = await refusal(replay());
    assert.equal(error.code, 'bad-input');
    assert.match(error.message, /T1\.implementer\.jsonl:1 is not what a recording holds/);
  });

  it('cannot be written where it must not, and says so', async () => {
    const blocked = path.join(dir, 'file');
    await writeFile(blocked, '');
    const source = { kind: 'record', dir: blocked, baseUrl: endpoint.baseUrl, apiKey: secret } as const;
    const error = await refusal(openTalk({ agent: 'T1.implementer', source }).run());
    assert.equal(error.code, 'environment');
    assert.match(error.message, /cannot be written/);
    assert.equal(endpoint.requests.length, 1, 'a full disk is no reason to ask again');
  });

  it('says what it belongs to', async () => {
    const header = { version: 1, spec: 'ab'.repeat(32), models: { planner: 'claude-opus-5-5' } } as const;
    await writeRecordingHeader(path.join(dir, 'new'), header);
    assert.deepEqual(await readRecordingHeader(path.join(dir, 'new')), header);
    await assert.rejects(readRecordingHeader(path.join(dir, 'none')), /There is no recording in/);
    await writeFile(path.join(dir, 'recording.json'), '{"version":2}');
    await assert.rejects(readRecordingHeader(dir), /recording\.json is not what a recording holds/);
  });
});

function form(stream: boolean): string {
  return stream ? 'streaming' : 'whole';
}
