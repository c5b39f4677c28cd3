import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { lintSpec } from '../../../src/spec/lint';
import { useTemp } from '../../support/temp';
import { holdouts, readSample } from './sample';

describe("the sample's holdouts", () => {
  const temp = useTemp();
  const { spec } = readSample();
  const requirementIds = spec.requirements.map(({ id }) => id);
  const openEmpty = (): Promise<Vault> =>
    openVault({ dir: path.join(temp(), 'vault'), key: randomBytes(32), workspaceId: 'sample' });

  async function sealed(): Promise<Vault> {
    const vault = await openEmpty();
    await vault.importFolder(holdouts, { requirementIds });
    return vault;
  }

  const opened = async (vault: Vault) =>
    Promise.all(vault.list().map(async ({ id }) => (await vault.scenario(id)).scenario));

  it('are all accepted by a vault that knows the requirements', async () => {
    const { imported, refused } = await (await openEmpty()).importFolder(holdouts, { requirementIds });
    assert.deepEqual(refused, []);
    assert.equal(imported.length, 23);
  });

  it('leave no requirement uncovered', async () => {
    const scenariosCovering: Record<string, number> = {};
    for (const { covers } of (await sealed()).list()) {
      for (const id of covers) scenariosCovering[id] = (scenariosCovering[id] ?? 0) + 1;
    }
    assert.deepEqual(lintSpec(spec, { scenariosCovering }, {}), []);
    const often = requirementIds.filter((id) => (scenariosCovering[id] ?? 0) >= 3);
    assert.ok(often.length >= 8, `3 scenarios or more stand behind ${often.join(', ')} only`);
  });

  it('compose one to four requirements each and say why they are there', async () => {
    for (const { id, covers, why } of await opened(await sealed())) {
      assert.ok(covers.length >= 1 && covers.length <= 4, id);
      assert.notEqual(why, '', id);
    }
  });

  it('carry canaries, which no scenario wastes on a commit that is not filled in', async () => {
    const vault = await sealed();
    const marked = new Set((await vault.canaries()).map(({ scenario }) => scenario));
    assert.ok(marked.size >= 5, `${marked.size} scenarios carry canaries`);
    for (const { id, given } of await opened(vault)) {
      assert.doesNotMatch(JSON.stringify(given.git ?? []), /\{\{/, id);
    }
  });

  it('let Slack fail in at least three of them', async () => {
    const failing = (await opened(await sealed())).filter(({ given }) => given.twins?.['slack']?.faults);
    assert.ok(failing.length >= 3, `${failing.length} scenarios have faults`);
  });
});
