import { perform, type Performance } from './theatre';
import assert from 'node:assert/strict';

/** Posts one message and waits as Slack asks; `honest: false` ignores Retry-After. */
const poster = (honest: boolean) => `
const post = () => fetch(process.env.SLACK_API_URL + 'chat.postMessage', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN, 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ channel: process.env.CHANNEL, text: process.argv[2] }),
});
(async () => {
  for (let i = 0; i < 5; i++) {
    const answer = await post();
    if (answer.status !== 429 || ${!honest}) return process.exit((await answer.json()).ok ? 0 : 1);
    await new Promise((resolve) => setTimeout(resolve, Number(answer.headers.get('retry-after')) * 1000));
  }
})();`;

const bot = (honest = true): Pick<Performance, 'candidate' | 'spec'> => ({
  candidate: { 'bot.js': poster(honest) },
  spec: {
    commands: { program: ['node', 'bot.js'] },
    env: { SLACK_API_URL: '{{twin.slack.url}}', SLACK_BOT_TOKEN: '{{twin.slack.token}}' },
    twins: ['slack'],
  },
});

const retrying = `
given:
  env: { CHANNEL: C0HIDDEN1 }
  twins:
    slack:
      seed: { channels: [{ id: C0HIDDEN1, name: "{{canary.channel}}" }] }
      faults: [{ on: chat.postMessage, times: 2, reply: ratelimited, retryAfter: 1 }]
steps:
  - run: [ "{{program}}", "{{canary.text}}" ]
    expect: { exit: 0 }
  - twin: slack
    expect:
      calls: { method: chat.postMessage, answered: ok, count: 1, args: { text: "{{canary.text}}" } }
      state: { "$.messages[0].channel": C0HIDDEN1, "$.messages[*].text": ["{{canary.text}}"], "$.messages[1]": { absent: true } }
  - twin: slack
    expect: { calls: { answered: ratelimited, count: { between: [2, 2] } } }`;

async function passed(performance: Performance): Promise<boolean> {
  const { passed, trouble } = await perform(performance);
  assert.equal(trouble, undefined);
  return passed;
}

describe('twins under the judge', () => {
  it('start with the seed and faults of the scenario and are read afterwards', async () => {
    assert.equal(await passed({ ...bot(), scenario: retrying }), true);
  });

  it('tell a program that does not wait', async () => {
    assert.equal(await passed({ ...bot(false), scenario: retrying }), false);
  });

  it('fail a wrong count, argument or state', async () => {
    const after = (expect: string) =>
      `given: { env: { CHANNEL: C024BE91L } }\nsteps: [{ run: ["{{program}}", hi] }, { twin: slack, expect: ${expect} }]`;
    assert.equal(await passed({ ...bot(), scenario: after('{ calls: { answered: ok } }') }), true);
    assert.equal(await passed({ ...bot(), scenario: after('{ calls: { answered: ok, count: 2 } }') }), false);
    assert.equal(await passed({ ...bot(), scenario: after('{ calls: { args: { text: ho } } }') }), false);
    assert.equal(
      await passed({ ...bot(), scenario: after('{ state: { "$.messages[0].text": ho } }') }),
      false,
    );
  });

  it('have people act between steps, and fail where there is nothing to act on', async () => {
    const after = (act: string) => `
given: { env: { CHANNEL: C024BE91L } }
steps:
  - run: ["{{program}}", hi]
  - twin: slack
    do: { act: [${act}] }
    expect: { state: { "$.messages[*].user": [U0B0TTW1N, U012A3CDE] } }`;
    const reply = '{ call: chat.postMessage, args: { channel: C024BE91L, text: hello } }';
    assert.equal(await passed({ ...bot(), scenario: after(reply) }), true);
    const click = '{ click: approve, channel: C024BE91L }';
    assert.equal(await passed({ ...bot(), scenario: after(`${reply}, ${click}`) }), false);
  });

  it('count a seed that a twin refuses as trouble of the set-up', async () => {
    const scenario = 'given: { twins: { slack: { seed: { nonsense: 1 } } } }\nsteps: [{ run: ["true"] }]';
    assert.equal((await perform({ ...bot(), scenario })).trouble, 'twins');
  });
});
