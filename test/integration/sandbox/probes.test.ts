import assert from 'node:assert/strict';
import { probeMachine } from '../../../src/sandbox/sandbox';

describe('probes of the machine', () => {
  it('tell of each wall what was found and, where something is missing, what to do', async () => {
    const probes = await probeMachine();
    const byName = Object.fromEntries(probes.map((probe) => [probe.name, probe]));
    assert.deepEqual(Object.keys(byName), [
      ...['bubblewrap', 'user namespaces', 'network namespace', 'seccomp', 'process limit', 'node', 'git'],
    ]);
    for (const { name, ok, detail, hint } of probes) {
      assert.ok(detail.length > 0, name);
      assert.equal(hint === '', ok, name);
    }
    // These tests run behind the walls, so that they must be there.
    for (const name of ['bubblewrap', 'user namespaces', 'network namespace', 'seccomp'])
      assert.equal(byName[name]?.ok, true, JSON.stringify(byName[name]));
    assert.match(byName['bubblewrap']?.detail ?? '', /^version \d+\.\d+\.\d+/);
  });
});
