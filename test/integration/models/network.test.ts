import assert from 'node:assert/strict';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { explainModelError } from '../../../src/models/explain';
import { costOf, usageOf } from '../../../src/models/prices';
import { judgeStop } from '../../../src/models/stopReason';
import { FactoryError, type ErrorCode } from '../../../src/shared/errors';
import { byAgent, startScriptedModel, type Answer, type ScriptedModel } from '../../support/scriptedModel';
import { model, noLimits, openTalk, secret, type Talk } from './talk';

const toolTurn: Answer = {
  content: [
    { type: 'thinking', thinking: 'Look first.' },
    { type: 'tool_use', name: 'bash', input: { command: 'ls' } },
  ],
};
const done: Answer = { content: 'Done.' };

describe('a conversation over the network', () => {
  let endpoint: ScriptedModel | undefined;

  afterEach(async () => {
    await endpoint?.close();
    endpoint = undefined;
  });

  async function talkTo(answers: Answer[]): Promise<Talk> {
    endpoint = await startScriptedModel(byAgent({ planner: answers }));
    return openTalk({ source: { kind: 'anthropic', baseUrl: endpoint.baseUrl, apiKey: secret } });
  }

  async function failure(talk: Talk, code: ErrorCode, message: RegExp, hint: RegExp): Promise<void> {
    await assert.rejects(talk.run(), (thrown) => {
      const error = explainModelError(thrown, 'planner, turn 1');
      assert.ok(error instanceof FactoryError);
      assert.match(error.message, message);
      assert.match(error.message, /^planner,? turn 1[:. ]|^The model endpoint/);
      assert.match(error.hint, hint);
      assert.equal(error.code, code);
      assert.ok(!(error.message + error.hint).includes(secret));
      return true;
    });
  }

  for (const stream of [true, false]) {
    it(`runs tools to the end, ${stream ? 'streaming' : 'in whole answers'}`, async () => {
      const talk = await talkTo([toolTurn, done]);
      const answers = await talk.run({ stream });
      assert.deepEqual(
        answers.map((answer) => answer.content.at(-1)?.type),
        ['tool_use', 'text'],
      );
      assert.equal(endpoint?.requests.length, 2);
      assert.equal(endpoint?.requests[0]?.headers.authorization, `Bearer ${secret}`);
      assert.deepEqual(talk.attempts, [
        { turn: 1, attempt: 1, status: 200, note: 'answered' },
        { turn: 2, attempt: 1, status: 200, note: 'answered' },
      ]);
      const cost = answers.reduce((usd, answer) => usd + costOf(model, usageOf(answer.usage)), 0);
      assert.deepEqual(talk.ledger.spent, { usd: cost, tokens: 240 });
    });
  }

  it('sends thinking back as it came', async () => {
    const talk = await talkTo([toolTurn, done]);
    const [first] = await talk.run();
    const sent = endpoint?.requests[1]?.body.messages[1];
    assert.deepEqual(sent?.content, first?.content);
  });

  for (const stream of [true, false]) {
    it(`sends nothing for turns the journal holds, ${stream ? 'streaming' : 'in whole answers'}`, async () => {
      const before = await (await talkTo([toolTurn, toolTurn, done])).run();
      const held = new Map<number, BetaMessage>(before.slice(0, 2).map((message, i) => [i + 1, message]));
      const heard = endpoint?.requests.length;
      const talk = openTalk({
        source: { kind: 'anthropic', baseUrl: endpoint?.baseUrl ?? '', apiKey: secret },
        answered: (turn) => held.get(turn),
      });
      assert.deepEqual(await talk.run({ stream }), before);
      assert.equal(endpoint?.requests.length, (heard ?? 0) + 1);
      assert.deepEqual(
        talk.attempts.map(({ turn }) => turn),
        [3],
      );
      assert.equal(talk.ledger.spent.tokens, 120);
    });
  }

  for (const reason of ['refusal', 'max_tokens', 'model_context_window_exceeded'] as const) {
    it(`brings ${reason} to the one who judges it`, async () => {
      const talk = await talkTo([{ content: 'I', stopReason: reason }]);
      const [answer] = await talk.run();
      assert.throws(() => judgeStop(answer?.stop_reason ?? null, 'planner, turn 1'), FactoryError);
      assert.equal(talk.ledger.spent.tokens, 120);
    });
  }

  it('goes on after a paused turn, as a turn of its own', async () => {
    const talk = await talkTo([{ content: 'Wait', stopReason: 'pause_turn' }, done]);
    const answers = await talk.run();
    assert.deepEqual(
      answers.map(({ stop_reason }) => stop_reason),
      ['pause_turn', 'end_turn'],
    );
    assert.deepEqual(
      talk.attempts.map(({ turn }) => turn),
      [1, 2],
    );
  });

  describe('tries again', () => {
    it('after a 429, as Retry-After asks', async () => {
      const limited: Answer = {
        status: 429,
        error: { type: 'rate_limit_error', message: 'slow down' },
        headers: { 'retry-after': '0.02' },
      };
      const talk = await talkTo([limited, limited, done]);
      assert.equal((await talk.run()).length, 1);
      assert.deepEqual(talk.attempts, [
        { turn: 1, attempt: 1, status: 429, note: 'rate_limit_error, asks to wait 0.02 s' },
        { turn: 1, attempt: 2, status: 429, note: 'rate_limit_error, asks to wait 0.02 s' },
        { turn: 1, attempt: 3, status: 200, note: 'answered' },
      ]);
      assert.deepEqual(
        endpoint?.requests.map(({ headers }) => headers['x-stainless-retry-count']),
        ['0', '1', '2'],
      );
      assert.equal(talk.ledger.spent.tokens, 120, 'refused attempts cost nothing');
    });

    it('after 529 and 503', async () => {
      const talk = await talkTo([{ status: 529 }, { status: 503, error: 'Bad gateway' }, done]);
      assert.equal((await talk.run()).length, 1);
      assert.deepEqual(
        talk.attempts.map(({ status }) => status),
        [529, 503, 200],
      );
    });

    const breaks: [string, Answer, RegExp][] = [
      ['a stream cut half-way', { cut: 4, usage: { input_tokens: 70 } }, /broke off/],
      ['a stream cut before its first event', { cut: 0 }, /broke off/],
      [
        'an overload in the middle of a stream',
        { streamError: { type: 'overloaded_error', message: 'busy' } },
        /busy/,
      ],
      ['a malformed tool call', { malformed: '{"command": oops' }, /JSON/],
    ];
    for (const [name, answer, note] of breaks) {
      it(`after ${name}, and counts the broken answer at its worst`, async () => {
        const talk = await talkTo([answer, done]);
        const answers = await talk.run();
        assert.equal(answers.length, 1);
        assert.equal(answers[0]?.stop_reason, 'end_turn');
        const [broken, whole] = talk.attempts;
        assert.equal(broken?.status, 200);
        assert.match(broken?.note ?? '', note);
        assert.ok((broken?.lost?.tokens ?? 0) >= 1000, 'at least the longest answer');
        assert.deepEqual(whole, { turn: 1, attempt: 2, status: 200, note: 'answered' });
        assert.equal(talk.ledger.spent.tokens, 120 + (broken?.lost?.tokens ?? 0));
      });
    }

    it('takes the input a broken answer told as its input', async () => {
      const talk = await talkTo([{ cut: 4, usage: { input_tokens: 70 } }, done]);
      await talk.run();
      assert.equal(talk.attempts[0]?.lost?.tokens, 1070);
    });

    it('after a whole answer cut half-way', async () => {
      const talk = await talkTo([{ cut: 0 }, done]);
      assert.equal((await talk.run({ stream: false })).length, 1);
      assert.equal(talk.attempts.length, 2);
    });
  });

  describe('gives up with one clear sentence', () => {
    const cases: [string, Answer, ErrorCode, RegExp, RegExp, number][] = [
      [
        'on an invalid request',
        { status: 400, error: { type: 'invalid_request_error', message: 'tools.0: bad' } },
        'failed',
        /invalid \(tools\.0: bad\)\.$/,
        /model/,
        1,
      ],
      [
        'on a wrong key',
        { status: 401, error: { type: 'authentication_error', message: 'invalid x-api-key' } },
        'environment',
        /does not accept the API key/,
        /ANTHROPIC_API_KEY.*Dark Factory: Set API Key/,
        1,
      ],
      [
        'on a key without permission',
        { status: 403, error: { type: 'permission_error', message: 'no' } },
        'environment',
        /may not use this model/,
        /Set API Key/,
        1,
      ],
      [
        'on an unknown model',
        { status: 404, error: { type: 'not_found_error', message: 'model: claude-nope' } },
        'bad-input',
        /model: claude-nope/,
        /--role/,
        1,
      ],
      [
        'on a wrong address',
        { status: 404, error: '<html>nginx</html>' },
        'environment',
        /refused the request \(HTTP 404\)/,
        /--base-url/,
        1,
      ],
      [
        'on a page instead of an answer',
        { status: 200, error: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } },
        'environment',
        /answered with text\/html instead of a message/,
        /--base-url/,
        1,
      ],
      [
        'on a rate limit that stays',
        { status: 429, error: { type: 'rate_limit_error', message: 'slow down' } },
        'failed',
        /limits the rate.*slow down/,
        /resume/,
        5,
      ],
      [
        'on an overload that stays',
        { status: 529, error: { type: 'overloaded_error', message: 'busy' } },
        'failed',
        /overloaded/,
        /resume/,
        5,
      ],
      ['on a fault that stays', { status: 500, error: 'oops' }, 'failed', /fault of its own/, /resume/, 5],
      [
        'on an error in the middle of a stream that another try will meet again',
        { streamError: { type: 'invalid_request_error', message: 'bad block' } },
        'failed',
        /invalid \(bad block\)/,
        /./,
        1,
      ],
    ];
    for (const [name, answer, code, message, hint, attempts] of cases) {
      it(name, async () => {
        const talk = await talkTo([answer]);
        await failure(talk, code, message, hint);
        assert.equal(endpoint?.requests.length, attempts);
        assert.equal(talk.attempts.length, attempts);
      });
    }

    const lasting: [string, Answer, RegExp][] = [
      ['an answer that keeps breaking off', { cut: 4 }, /broke off half-way, on every attempt/],
      ['a malformed tool call on every attempt', { malformed: '{"command": oops' }, /input that is not JSON/],
      [
        'an overload in every stream',
        { streamError: { type: 'overloaded_error', message: 'busy' } },
        /still overloaded/,
      ],
    ];
    for (const [name, answer, message] of lasting) {
      it(`on ${name}`, async () => {
        const talk = await talkTo([answer]);
        talk.conversation.client.maxRetries = 1;
        await failure(talk, 'failed', message, /[Rr]esume/);
        assert.equal(talk.attempts.length, 2);
      });
    }

    it('when nothing listens at the address, and nothing was spent', async () => {
      const gone = await startScriptedModel(() => done);
      await gone.close();
      const talk = openTalk({ source: { kind: 'anthropic', baseUrl: gone.baseUrl, apiKey: secret } });
      talk.conversation.client.maxRetries = 1;
      await failure(talk, 'environment', /cannot be reached \(connect ECONNREFUSED/, /--base-url/);
      assert.deepEqual(
        talk.attempts.map(({ attempt, status }) => ({ attempt, status })),
        [
          { attempt: 1, status: null },
          { attempt: 2, status: null },
        ],
      );
      assert.equal(talk.ledger.spent.tokens, 0);
    });

    it('when no answer comes in time', async () => {
      const talk = await talkTo([{ hang: true }]);
      const { client } = talk.conversation;
      const messages = [{ role: 'user' as const, content: 'Go' }];
      const params = { model, max_tokens: 10, system: 'Agent: planner', messages };
      const stream = client.beta.messages.stream(params, { timeout: 50, maxRetries: 1 });
      await assert.rejects(stream.finalMessage(), (thrown) => {
        const error = explainModelError(thrown, 'planner, turn 1');
        assert.equal(error.message, 'planner, turn 1: the model endpoint did not answer in time.');
        assert.equal(error.code, 'failed');
        return true;
      });
      assert.deepEqual(
        talk.attempts.map(({ status }) => status),
        [null, null],
      );
      assert.ok(talk.ledger.spent.tokens > 0, 'what may have been answered counts');
    });

    it('when the run is cancelled, at once', async () => {
      const cancel = new AbortController();
      endpoint = await startScriptedModel(() => {
        setImmediate(() => cancel.abort());
        return { hang: true };
      });
      const talk = openTalk({ source: { kind: 'anthropic', baseUrl: endpoint.baseUrl, apiKey: secret } });
      await assert.rejects(talk.run({ signal: cancel.signal }), (thrown) => {
        assert.equal(explainModelError(thrown, 'planner, turn 1').code, 'cancelled');
        return true;
      });
      assert.equal(endpoint.requests.length, 1);
    });
  });

  it('needs a key and an address that can work', () => {
    const open = (baseUrl: string, apiKey: string) => () =>
      openTalk({ source: { kind: 'anthropic', baseUrl, apiKey } });
    assert.throws(open('http://127.0.0.1', ' '), /no API key/);
    assert.throws(open('localhost:8080', secret), /"localhost:8080" is not the address/);
    assert.throws(open('', secret), /"" is not the address/);
  });

  it('takes nothing from ANTHROPIC_* of the process', async () => {
    endpoint = await startScriptedModel(() => done);
    const elsewhere = await startScriptedModel(() => done);
    const hostile = {
      ANTHROPIC_BASE_URL: elsewhere.baseUrl,
      ANTHROPIC_API_KEY: 'sk-environment',
      ANTHROPIC_AUTH_TOKEN: 'token-environment',
      ANTHROPIC_CUSTOM_HEADERS: 'x-evil: 1\nauthorization: Bearer evil',
      ANTHROPIC_LOG: 'debug',
    };
    const before = Object.fromEntries(Object.keys(hostile).map((name) => [name, process.env[name]]));
    Object.assign(process.env, hostile);
    try {
      const ledger = noLimits();
      await openTalk({
        source: { kind: 'anthropic', baseUrl: endpoint.baseUrl, apiKey: secret },
        ledger,
      }).run();
      assert.equal(process.env.ANTHROPIC_CUSTOM_HEADERS, hostile.ANTHROPIC_CUSTOM_HEADERS);
      const { headers } = endpoint.requests[0] ?? {};
      assert.equal(headers?.authorization, `Bearer ${secret}`);
      assert.equal(headers?.['x-evil'], undefined);
      assert.ok(!JSON.stringify(headers).includes('environment'));
      assert.equal(elsewhere.requests.length, 0);
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await elsewhere.close();
    }
  });
});
