import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storeKey } from '../../../src/workspace/storeKey';
import { useTemp } from '../../support/temp';

describe('the key of a store', () => {
  const temp = useTemp();

  it('is one, whoever asks first and at the same time', async () => {
    const root = path.join(temp(), 'store');
    const keys = await Promise.all(Array.from({ length: 8 }, () => storeKey(root)));
    for (const key of keys) assert.deepEqual(key, keys[0]);
    assert.deepEqual(await storeKey(root), keys[0]);
    assert.deepEqual(readdirSync(root), ['record.key']);
  });

  it('is refused when it is a link to what somebody else may know', async () => {
    const root = path.join(temp(), 'linked');
    mkdirSync(root);
    writeFileSync(path.join(temp(), 'known'), Buffer.alloc(32));
    symlinkSync(path.join(temp(), 'known'), path.join(root, 'record.key'));
    await assert.rejects(storeKey(root), { code: 'failed', message: /is a link or belongs to another user/ });
  });
});
