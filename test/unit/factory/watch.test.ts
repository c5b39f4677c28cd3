import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as heapText } from 'node:stream/consumers';
import { getHeapSnapshot } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { openWatch, type RunWatch } from '../../../src/factory/watch';
import { canaryValue } from '../../../src/holdouts/canaries';
import { type Canary, printCanaries, searchFor } from '../../../src/holdouts/exposure';
import { printsOf } from '../../../src/holdouts/prints';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { defaultPolicy } from '../../../src/factory/policy';
import { FactoryError } from '../../../src/shared/errors';
import type { EventData } from '../../../src/shared/events';
import type { Sink } from '../../../src/shared/watch';
import { parseSpec } from '../../../src/spec/parse';
import { openJournal } from '../../../src/trace/journal';
import { encodings } from '../../support/encodings';
import { useTemp } from '../../support/temp';
import { tinySpec } from '../../support/tinyProject';

const sinks: Record<Sink, true> = {
  'model request': true,
  'model answer': true,
  'tool result': true,
  'output of a check': true,
  'agent file': true,
  'delivered change': true,
  report: true,
  journal: true,
};

const quoted = 'The program MUST print Hello and the name and a line feed for each of the names it was given';
const scenario = `id: one-name
covers: [R1]
why: ${quoted}
steps:
  - run: ["{{program}}", "{{canary.email}}"]
    expect: { exit: 0 }
`;

describe('the watch over a run', () => {
  const temp = useTemp();
  let vault: Vault;
  let canaries: Canary[];
  let found: EventData['exposure.found'][];
  let failures: unknown[];

  beforeEach(async () => {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'one.scenario.yaml'), scenario);
    vault = await openVault({ dir: path.join(temp(), 'vault'), key: randomBytes(32), workspaceId: 'w' });
    await vault.importFolder(folder);
    canaries = await vault.canaries();
    found = [];
    failures = [];
  });

  const open = async (text = tinySpec, prints = printsOf(vault)): Promise<RunWatch> =>
    openWatch(await prints, {
      spec: parseSpec(text, 'greet.spec.md').spec,
      policy: defaultPolicy,
      found: (data) => void found.push(data),
      fail: (reason) => void failures.push(reason),
    });

  it('sees every canary in every encoding in every sink, and repeats none of it', async () => {
    assert.equal(canaries.length, 2);
    const prints = printsOf(vault);
    for (const { value } of canaries) {
      for (const [name, encode] of Object.entries(encodings)) {
        for (const sink of Object.keys(sinks) as Sink[]) {
          const data = `before ${encode(value)} after`;
          await assert.rejects(
            pass(await open(tinySpec, prints), sink, data, 'somewhere'),
            (error: unknown) => error instanceof FactoryError && error.code === 'contaminated',
            `${name} in ${sink}`,
          );
        }
      }
    }
    const told = failures.map((failure) => (failure as Error).message).join('\n') + JSON.stringify(found);
    assert.equal(searchFor(printCanaries(canaries)).look(told).exposure, null);
    assert.ok(found.every(({ kind, scenario: id }) => kind === 'canary' && id === vault.list()[0]?.id));
  });

  const pass = async ({ watch, look }: RunWatch, sink: Sink, data: string, where: string): Promise<void> =>
    sink === 'journal' ? look(data, where) : watch(sink, data, where);

  it('lets everything else pass', async () => {
    const opened = await open();
    for (const sink of Object.keys(sinks) as Sink[]) await pass(opened, sink, tinySpec, 'somewhere');
    await opened.settled();
    assert.deepEqual([found, failures], [[], []]);
  });

  it('tells of words of a scenario once a sink, unless the spec has them', async () => {
    const { watch, look, settled } = await open();
    for (const text of [quoted, `// ${quoted.replaceAll(' ', '\n// ')}`, JSON.stringify({ quoted })]) {
      await watch('agent file', text, 'a.ts');
      look(text, 'payload');
    }
    await settled();
    assert.deepEqual(
      found.map(({ kind, sink, where }) => [kind, sink, where]),
      [['phrase', 'agent file', 'a.ts']],
    );
    found = [];
    const quoting = await open(`${tinySpec}- **R4** ${quoted}.\n`);
    await quoting.watch('agent file', quoted, 'a.ts');
    await quoting.settled();
    assert.deepEqual(found, []);
  });

  it('tells of what was too large, or compressed too much, to be searched', async () => {
    const { watch } = await open();
    await watch('agent file', Buffer.alloc(8 * 1024 * 1024), 'big.bin');
    await watch('agent file', gzipSync(Buffer.alloc(8 * 1024 * 1024)), 'big.gz');
    await watch('agent file', gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'bomb.gz');
    assert.deepEqual(
      found.map(({ kind, where }) => [kind, where]),
      [['unread', 'bomb.gz']],
    );
  });

  it('refuses a spec that holds a scenario, and takes one that is quoted by it', async () => {
    await open(`${tinySpec}- **R4** ${quoted}.\n`);
    const pasted = `${tinySpec}\n## Assumptions\n\n${scenario.replace(/^/gm, '    ')}`;
    for (const text of [pasted, `${tinySpec}\nMind ${canaries[1]?.value}.\n`]) {
      await assert.rejects(
        open(text),
        /greet\.spec\.md holds text of hidden scenario H-\w{6}, which burns it/,
      );
    }
  });

  it('keeps no words of a scenario in memory', async () => {
    // Made anew each time, so that no constant of this file holds it.
    const word = (n: number): string => canaryValue(`memory ${n}`, 'word');
    const sentence = (): string => Array.from({ length: 14 }, (_, n) => word(n)).join(' ');
    const folder = path.join(temp(), 'others');
    mkdirSync(folder);
    const text = (): string => scenario.replace('one-name', 'other-name').replace(quoted, sentence());
    writeFileSync(path.join(folder, 'other.scenario.yaml'), text());
    await vault.importFolder(folder);
    const { watch, settled } = await open();
    // The engine keeps the text that was matched last, until another is.
    assert.match('another', /other/);
    const heap = await heapText(getHeapSnapshot());
    assert.deepEqual(
      Array.from({ length: 14 }, (_, n) => word(n)).filter((one) => heap.includes(one)),
      [],
    );
    await watch('agent file', sentence(), 'a.ts');
    await settled();
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['phrase'],
    );
  });

  it('keeps a canary out of the journal, and its finding in the chain', async () => {
    const dir = path.join(temp(), 'run');
    mkdirSync(dir);
    const scope = { span: '0123456789abcdef', parent: null };
    const { look } = await openWatch(await printsOf(vault), {
      spec: parseSpec(tinySpec, 'greet.spec.md').spec,
      policy: defaultPolicy,
      found: (data) => void journal.append('exposure.found', data, scope),
      fail: (reason) => void failures.push(reason),
    });
    const journal = openJournal(dir, { look });
    const text = `name: ${canaries[1]?.value}`;
    assert.throws(() => journal.append('intake.assumption', { text }, scope), /contaminated|canary/);
    assert.throws(() => journal.keep(text), /canary/);
    journal.append('intake.assumption', { text: 'Names are short.' }, scope);
    await journal.close();
    const again = openJournal(dir);
    assert.deepEqual(
      again.events.map(({ type }) => type),
      ['exposure.found', 'intake.assumption'],
    );
    assert.equal(searchFor(printCanaries(canaries)).look(JSON.stringify(again.events)).exposure, null);
    await again.close();
  });
});
