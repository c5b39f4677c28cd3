import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errors } from '../../../src/twins/slack/coverage';

describe('Slack twin: coverage', () => {
  it('lists every code that its sources refuse with, once', () => {
    const folder = path.resolve('src/twins/slack');
    const sources = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const codes = sources.flatMap((text) =>
      [...text.matchAll(/refuse\(\s*'([a-z_]+)'/g)].map(([, code = '']) => code),
    );
    assert.ok(codes.length > 100);
    assert.deepEqual(
      codes.filter((code) => !errors.includes(code)),
      [],
    );
    assert.deepEqual(errors, [...new Set(errors)].toSorted());
  });
});
