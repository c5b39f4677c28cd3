import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openCore } from '../../../src/editor/core';
import { sealOf } from '../../../src/factory/ownRun';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { reduce } from '../../../src/shared/reduce';
import { openJournal } from '../../../src/trace/journal';
import { readJournal } from '../../../src/trace/tail';
import { storeKey } from '../../../src/workspace/storeKey';
import { useTemp } from '../../support/temp';
import { created } from '../shared/journal';

const scope = { span: '0123456789abcdef', parent: null };

describe('the runs of the editor', () => {
  const temp = useTemp();
  const dir = () => path.join(temp(), 'workspaces', '0123456789abcdef', 'runs', 'greet-7f3a');
  const journalFile = () => path.join(dir(), 'journal.jsonl');
  const core = () =>
    openCore(() => ({
      store: temp(),
      programs: '',
      limits: { usd: 1, minutes: 1, network: [], scripts: false },
      vaultKey: () => Promise.reject(new Error('there is no vault')),
      vaultAnchor: (id, root) => fileAnchor(root, id),
      recordKey: storeKey,
      sameProject: () => Promise.resolve(true),
    }));

  /** A run that wrote a report, and was cut short after it. */
  beforeEach(async () => {
    mkdirSync(dir(), { recursive: true });
    for (const name of ['request.json', 'request.mac', 'spec.md', 'policy.json'])
      writeFileSync(path.join(dir(), name), '{}');
    writeFileSync(path.join(dir(), 'report.md'), '# Report\n');
    const journal = openJournal(dir(), { seal: sealOf(dir(), await storeKey(temp())) });
    journal.append('run.created', created, scope);
    const digest = createHash('sha256').update('# Report\n').digest('hex');
    journal.append('deliver.report', { key: 'report', file: 'report.md', digest }, scope);
    await journal.close();
  });
  const outcome = async () => reduce(await readJournal(journalFile())).outcome?.outcome;
  const loseKey = () => rmSync(path.join(temp(), 'record.key'));

  it('are discarded, and go on being verified', async () => {
    await core().discard(dir());
    assert.equal(await outcome(), 'cancelled');
    assert.equal(await core().report(dir()), '# Report\n');
  });

  it('are discarded even where they cannot be verified, and still not resumed', async () => {
    const damages: (() => void)[] = [
      loseKey,
      () => writeFileSync(path.join(temp(), 'record.key'), 'short'),
      () => rmSync(path.join(temp(), 'anchors'), { recursive: true }),
    ];
    for (const damage of damages) {
      const before = readFileSync(journalFile(), 'utf8');
      damage();
      await core().discard(dir());
      assert.equal(await outcome(), 'cancelled');
      await assert.rejects(core().resume(dir(), { approve: false, apiKey: undefined }), { code: 'failed' });
      await assert.rejects(core().report(dir()), { code: 'failed' });
      writeFileSync(journalFile(), before);
      rmSync(path.join(temp(), 'record.key'), { force: true });
    }
  });

  it('say so when an earlier version made them', async () => {
    rmSync(path.join(dir(), 'request.mac'));
    const earlier = { code: 'failed', message: /made by an earlier version/, hint: 'Start a new run.' };
    await assert.rejects(core().resume(dir(), { approve: false, apiKey: undefined }), earlier);
    await assert.rejects(core().changes(dir()), earlier);
  });

  it('are shown and merged from a record that is as it was left only', async () => {
    const { hash } = (await readJournal(journalFile())).at(-1)!;
    const forged = { seq: 2, at: 0, type: 'run.resumed', ...scope, data: { pid: 1, host: 'x' }, prev: hash };
    const text = JSON.stringify(forged);
    const claimed = createHash('sha256').update(text).digest('hex');
    appendFileSync(journalFile(), `${text.slice(0, -1)},"hash":"${claimed}"}\n`);
    assert.equal((await readJournal(journalFile())).length, 3, 'nobody sees it without the key');
    const refused = { code: 'failed', message: /not signed with the key of this store/ };
    const seen = { from: '', to: '', files: [], active: [] };
    await assert.rejects(core().report(dir()), refused);
    await assert.rejects(core().changes(dir()), refused);
    await assert.rejects(core().fileAt(dir(), 'HEAD', 'a'), refused);
    await assert.rejects(core().merge(dir(), seen), refused);
  });

  it('have the report that was delivered', async () => {
    writeFileSync(path.join(dir(), 'report.md'), '# Better report\n');
    await assert.rejects(core().report(dir()), { message: /not the one that was delivered/ });
  });
});
