import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
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
});
