import assert from 'node:assert/strict';
import { detectCommands } from '../../../src/factory/commands';
import { oldestNode } from '../../../src/factory/toolchains';
import { acceptable } from '../../../src/factory/acceptance';
import type { Requirement } from '../../../src/shared/spec';

describe('detectCommands', () => {
  it('takes what the spec says and fills in what the project says', () => {
    const manifest = JSON.stringify({ scripts: { test: 'x', build: 'y' }, devDependencies: { z: '1' } });
    const found = detectCommands({ test: 'make check' }, (file) =>
      file === 'package.json' ? manifest : undefined,
    );
    assert.deepEqual(found, {
      commands: { build: 'npm run build', test: 'make check' },
      detected: ['build'],
    });
  });

  it('knows projects that are not Node', () => {
    const go = detectCommands({}, (file) => (file === 'go.mod' ? 'module x' : undefined));
    assert.equal(go.commands.test, 'go test ./...');
    assert.deepEqual(
      detectCommands({}, () => undefined),
      { commands: {}, detected: [] },
    );
    for (const text of ['{broken', 'null', '[]', '{"scripts":null}']) {
      const only = (file: string) => (file === 'package.json' ? text : undefined);
      assert.deepEqual(detectCommands({}, only).commands, {}, text);
    }
  });

  it('guesses setup only where a lock file says what to install', () => {
    const commandOf = (...there: string[]) =>
      detectCommands({}, (file) => (there.includes(file) ? '{}' : undefined)).commands.setup;
    assert.equal(commandOf('package.json', 'package-lock.json'), 'npm ci');
    assert.equal(commandOf('go.mod', 'go.sum'), 'go mod download');
    assert.equal(commandOf('Cargo.toml', 'Cargo.lock'), 'cargo fetch');
    for (const manifest of ['package.json', 'go.mod', 'Cargo.toml', 'pyproject.toml'])
      assert.equal(commandOf(manifest), undefined, manifest);
  });
});

describe('acceptable', () => {
  const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };
  const requirements: Requirement[] = (['MUST', 'SHOULD', 'MAY'] as const).map((modality, i) => ({
    id: `R${i + 1}`,
    modality,
    text: '',
    examples: [],
    range,
  }));
  const scenario = (id: string, covers: string[], weight = 1) => ({
    id,
    covers,
    weight,
    half: 'sealed' as const,
  });
  const scenarios = [
    scenario('must', ['R1', 'R3']),
    scenario('light', ['R2'], 1),
    scenario('heavy', ['R2'], 3),
    scenario('may', ['R3']),
  ];
  const verdicts = (...failed: string[]) =>
    scenarios.map(({ id, covers }) => ({ scenario: id, covers, passed: !failed.includes(id) }));

  it('wants every scenario that touches a MUST', () => {
    assert.equal(acceptable(verdicts('must'), scenarios, requirements, 0), false);
  });

  it('weighs the SHOULD ones and only reports the MAY ones', () => {
    assert.equal(acceptable(verdicts('light', 'may'), scenarios, requirements, 0.75), true);
    assert.equal(acceptable(verdicts('heavy'), scenarios, requirements, 0.75), false);
    assert.equal(acceptable(verdicts('light'), scenarios, requirements, 1), false);
  });
});

describe('oldestNode', () => {
  it('reads what a project asks for, and 0 when it asks for nothing', () => {
    for (const [range, major] of [
      ['>=22', 22],
      ['^24.1.0', 24],
      ['20.x', 20],
      ['*', 0],
    ] as const) {
      assert.equal(
        oldestNode(JSON.stringify({ engines: { npm: '10', node: range } }, null, 2)),
        major,
        range,
      );
    }
    assert.equal(oldestNode('{}'), 0);
    assert.equal(oldestNode(undefined), 0);
  });
});
