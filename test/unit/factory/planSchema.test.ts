import assert from 'node:assert/strict';
import { readPlan } from '../../../src/factory/planSchema';
import { defaultPolicy } from '../../../src/factory/policy';
import type { Spec } from '../../../src/shared/spec';

const range = { startLine: 1, startColumn: 0, endLine: 1, endColumn: 1 };
const spec = {
  path: 'app.spec.md',
  requirements: [
    { id: 'R1', modality: 'MUST', text: 'a', examples: [], range },
    { id: 'R2', modality: 'MUST', text: 'b', examples: [], range },
    { id: 'R3', modality: 'MAY', text: 'c', examples: [], range },
  ],
} as unknown as Spec;

const task = (id: string, more: object = {}): object => ({
  id,
  title: id,
  role: 'implementer',
  requirements: ['R1', 'R2'],
  dependsOn: [],
  files: ['src/a.js'],
  category: 'api-integration',
  novel: false,
  instructions: '',
  ...more,
});

const reasons = (...tasks: object[]): string[] => {
  const read = readPlan({ interfaces: [], assumptions: [], tasks }, spec, defaultPolicy);
  return 'reasons' in read ? read.reasons : [];
};

describe('readPlan', () => {
  it('accepts a plan that covers every requirement that is not a MAY', () => {
    assert.deepEqual(reasons(task('T1')), []);
  });

  it('says which requirement nobody covers; a tester does not count', () => {
    assert.deepEqual(reasons(task('T1', { requirements: ['R1'] }), task('T2', { role: 'tester' })), [
      'No implementer task covers R2.',
    ]);
  });

  it('finds tasks that wait for each other, also around a corner', () => {
    const circle = [
      task('A', { dependsOn: ['C'] }),
      task('B', { dependsOn: ['A'] }),
      task('C', { dependsOn: ['B'] }),
    ];
    assert.deepEqual(reasons(...circle, task('D')), ['These tasks wait for each other: A, B, C.']);
  });

  it('refuses unknown tasks, requirements and categories, double ids and governed files', () => {
    const found = reasons(
      task('T1', { dependsOn: ['T9'], requirements: ['R1', 'R2', 'R9'], category: 'magic' }),
      task('T1', { files: ['claude.md', '.github/workflows/x.yml', 'app.spec.md', 'src/ok.js'] }),
    );
    for (const part of [
      'T9',
      'R9',
      'magic',
      'used twice',
      'claude.md',
      '.github/workflows/x.yml',
      'app.spec.md',
    ]) {
      assert.equal(found.filter((reason) => reason.includes(part)).length, 1, part);
    }
    assert.ok(!found.some((reason) => reason.includes('src/ok.js')));
  });

  it('names the place of what is not a plan at all', () => {
    const read = readPlan({ tasks: [{ id: 1 }] }, spec, defaultPolicy);
    assert.ok('reasons' in read && read.reasons.some((reason) => reason.startsWith('tasks.0.id')));
  });
});
