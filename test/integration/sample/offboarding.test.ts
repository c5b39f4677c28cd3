import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openVault } from '../../../src/holdouts/vault';
import { reduce } from '../../../src/shared/reduce';
import { lintSpec } from '../../../src/spec/lint';
import { parseSpec } from '../../../src/spec/parse';
import { readJournal } from '../../../src/trace/tail';
import { cli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';

const sample = path.resolve('media/samples/offboarding');
const name = 'offboarding.spec.md';

describe('the sample with three services', function () {
  this.timeout(600_000);
  const temp = useTemp();
  const { spec, findings } = parseSpec(readFileSync(path.join(sample, 'workspace', name), 'utf8'), name);

  it('has a spec that no rule objects to, and scenarios that cover all of it', async () => {
    const requirementIds = spec.requirements.map(({ id }) => id);
    const vault = await openVault({
      dir: path.join(temp(), 'vault'),
      key: randomBytes(32),
      workspaceId: 'sample',
    });
    const { imported, refused } = await vault.importFolder(path.join(sample, 'holdouts'), { requirementIds });
    assert.deepEqual(refused, []);
    assert.ok(imported.length >= 12);
    const scenariosCovering: Record<string, number> = {};
    for (const id of vault.list().flatMap(({ covers }) => covers)) {
      scenariosCovering[id] = (scenariosCovering[id] ?? 0) + 1;
    }
    assert.deepEqual([...findings, ...lintSpec(spec, { scenariosCovering }, {})], []);
  });

  it('replays to an accepted branch, every scenario passed, its twins called by its own programs', async () => {
    const folder = path.join(temp(), 'offboarding');
    const store = path.join(temp(), 'store');
    cpSync(path.join(sample, 'workspace'), folder, { recursive: true });
    personGit(folder, 'init', '-q', '-b', 'main');
    personGit(folder, 'add', '-A');
    personGit(folder, 'commit', '-q', '-m', 'Start');
    const { code, stderr } = await cli([
      ...['run', path.join(folder, name), '--store', store],
      ...[
        '--holdouts',
        path.join(sample, 'holdouts'),
        '--source',
        `replay:${path.join(sample, 'recording')}`,
      ],
    ]);
    assert.equal(code, 0, stderr);
    const [journal] = globSync('workspaces/*/runs/*/journal.jsonl', { cwd: store });
    const state = reduce(await readJournal(path.join(store, journal ?? '')));
    assert.deepEqual(
      state.verdicts.filter(({ passed }) => !passed),
      [],
    );
    // What an agent's command asked a twin hangs below that command.
    const calls = state.bars.filter(({ kind }) => kind === 'twin');
    const tools = new Set(state.bars.filter(({ kind }) => kind === 'tool').map(({ span }) => span));
    assert.ok(calls.length > 0);
    assert.ok(calls.every(({ parent }) => parent !== null && tools.has(parent)));
  });
});
