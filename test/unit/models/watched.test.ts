import assert from 'node:assert/strict';
import type { APIRequest, MiddlewareContext } from '@anthropic-ai/sdk';
import { Stopped } from '../../../src/models/stopped';
import { watched } from '../../../src/models/watched';
import { FactoryError } from '../../../src/shared/errors';

describe('a watched conversation', () => {
  let looked: string[];
  let sent: number;
  beforeEach(() => {
    looked = [];
    sent = 0;
  });

  const conversation = (look = (text: string): void => void looked.push(text)) => {
    const middleware = watched(async (text) => Promise.resolve(look(text)));
    const next = () => {
      sent += 1;
      return Promise.resolve(new Response());
    };
    return async (body: string): Promise<void> => {
      await middleware({ body } as APIRequest, next, {} as MiddlewareContext);
    };
  };

  it('shows what is new of each request before it leaves', async () => {
    const send = conversation((text) => {
      assert.equal(sent, looked.length);
      looked.push(text);
    });
    const first = 'x'.repeat(200_000);
    for (const body of [first, `${first}second`, `${first}second`, `${first}secondthird`, 'another']) {
      await send(body);
    }
    assert.equal(looked[0], first);
    assert.ok(looked[1]?.endsWith('xsecond') && looked[1].length < 50_000);
    assert.ok(looked[3]?.endsWith('xsecondthird') && looked[3].length < 50_000);
    assert.equal(looked[4], 'another');
    assert.equal(sent, 5);
  });

  it('leaves no place of any request unseen', async () => {
    const send = conversation();
    const seen = new Set<number>();
    let body = '';
    for (let turn = 0; turn < 60; turn += 1) {
      body += `${'y'.repeat(turn * 997)}<mark ${turn}>`;
      await send(body);
      for (const [, mark] of looked
        .splice(0)
        .join(' ')
        .matchAll(/<mark (\d+)>/g))
        seen.add(Number(mark));
      assert.equal(seen.size, turn + 1);
    }
  });

  it('does not send what ends the run, nor tries again', async () => {
    const failure = new FactoryError('contaminated', 'A timeout, by its name.', { hint: 'None.' });
    const send = conversation(() => {
      throw failure;
    });
    await assert.rejects(send('text'), (error) => error instanceof Stopped && error.failure === failure);
    assert.equal(sent, 0);
  });
});
