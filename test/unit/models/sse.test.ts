import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { byAgent, startScriptedModel, type Answer } from '../../support/scriptedModel';

const params = {
  model: 'claude-sonnet-5-5',
  max_tokens: 1000,
  system: 'Agent: planner\nYou plan.',
  messages: [{ role: 'user' as const, content: 'Go' }],
};

describe('a message as server-sent events', () => {
  const answer: Answer = {
    content: [
      { type: 'thinking', thinking: 'Grüße, 世界 '.repeat(30) },
      { type: 'text', text: 'line one\n\ndata: line two' },
      { type: 'tool_use', name: 'bash', input: { command: 'echo "ü" && true', list: [1, { a: null }] } },
    ],
    usage: { input_tokens: 7, output_tokens: 9, cache_read_input_tokens: 3 },
  };

  it('reaches the SDK as the same message that JSON gives', async () => {
    const model = await startScriptedModel(byAgent({ planner: [answer] }));
    try {
      const client = new Anthropic({ apiKey: 'k', baseURL: model.baseUrl, logLevel: 'off' });
      const json = await client.beta.messages.create(params);
      const streamed = await client.beta.messages.stream(params).finalMessage();
      const { parsed_output, ...rest } = JSON.parse(JSON.stringify(streamed)) as Record<string, unknown>;
      assert.equal(parsed_output, null);
      assert.deepEqual(rest, JSON.parse(JSON.stringify(json)));
      assert.equal(json.content.length, 3);
      assert.equal(json.stop_reason, 'tool_use');
    } finally {
      await model.close();
    }
  });
});
