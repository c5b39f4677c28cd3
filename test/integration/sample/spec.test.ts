import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { lintSpec } from '../../../src/spec/lint';
import { twinCatalogue } from '../../../src/twins/catalogue';
import { readSample, workspace } from './sample';

describe("the sample's workspace", () => {
  const { spec, findings } = readSample();

  it('has a spec that no rule objects to', () => {
    assert.deepEqual([...findings, ...lintSpec(spec, {}, {})], []);
  });

  it('numbers its requirements without a gap and gives each an example', () => {
    assert.deepEqual(
      spec.requirements.map(({ id }) => id),
      Array.from({ length: 16 }, (_, index) => `R${index + 1}`),
    );
    assert.deepEqual(
      spec.requirements.filter(({ examples }) => examples.length === 0).map(({ id }) => id),
      [],
    );
  });

  it('asks only twins that exist for values that they offer', () => {
    const offered = twinCatalogue
      .filter(({ name }) => spec.twins.includes(name))
      .flatMap(({ name, values }) => Object.keys(values).map((value) => `{{twin.${name}.${value}}}`));
    assert.equal(spec.twins.length, 1);
    assert.deepEqual(
      Object.values(spec.env).filter((value) => !offered.includes(value)),
      [],
    );
  });

  it('holds no code and no scenario', () => {
    assert.deepEqual(readdirSync(workspace, { recursive: true }).sort(), [
      '.gitignore',
      'CLAUDE.md',
      'README.md',
      'changelog.spec.md',
      'package.json',
    ]);
  });
});
