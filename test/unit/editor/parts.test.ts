import assert from 'node:assert/strict';
import { partTexts } from '../../../src/editor/parts';
import { sampleRun } from '../../webview/sampleRun';

describe('the parts of a span that open as documents', () => {
  const { events } = sampleRun('accepted');
  const chat = events.find((event) => event.type === 'chat.finished');
  const tool = events.find((event) => event.type === 'tool.finished');
  const command = events.find((event) => event.type === 'command.finished');
  assert.ok(chat && tool && command);

  it('are the message of a turn, also where its changes are asked for', () => {
    assert.deepEqual(partTexts(events, chat.span, 'message'), [chat.data.message]);
    assert.deepEqual(partTexts(events, chat.span, 'changes'), [chat.data.message]);
  });

  it('are the outputs of all calls of a turn', () => {
    const turn = events.filter(
      (event) =>
        event.type === 'tool.finished' &&
        event.data.agent === tool.data.agent &&
        event.data.turn === tool.data.turn,
    );
    const asked = events.find(
      (event) =>
        event.type === 'chat.finished' &&
        event.data.agent === tool.data.agent &&
        event.data.turn === tool.data.turn,
    );
    assert.ok(asked && turn.length > 0);
    assert.equal(partTexts(events, asked.span, 'output').length, turn.length);
  });

  it('are the input and output of a call or a command', () => {
    assert.deepEqual(partTexts(events, tool.span, 'input'), [tool.data.input]);
    assert.deepEqual(partTexts(events, tool.span, 'output'), [tool.data.output]);
    assert.deepEqual(partTexts(events, command.span, 'output'), [command.data.output]);
  });

  it('are nothing where there is nothing', () => {
    assert.deepEqual(partTexts(events, command.span, 'message'), []);
    assert.deepEqual(partTexts(events, 'f'.repeat(16), 'output'), []);
  });
});
