import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseScenario } from '../../../src/holdouts/scenario';
import { openVault, type Vault } from '../../../src/holdouts/vault';
import { FactoryError } from '../../../src/shared/errors';
import { useTemp } from '../../support/temp';

/** Numbers from 0 to 1, the same for one seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Draw = (below: number) => number;

const words = [
  '',
  '0',
  '-1',
  '1e999',
  'null',
  '[]',
  '{}',
  '../../x',
  '/etc/passwd',
  '\0',
  '"',
  '&a',
  '*a',
  '<<:',
  '!!js',
  ': ',
  '2',
];

/** One change of the kinds that disks, merges and people with bad intentions make. */
function mutated(content: Buffer, other: Buffer, draw: Draw): Buffer {
  const at = draw(content.length + 1);
  const [before, after] = [content.subarray(0, at), content.subarray(at)];
  const length = draw(40);
  switch (draw(7)) {
    case 0: {
      const flipped = Buffer.from(content);
      if (at < flipped.length) flipped[at]! ^= 1 << draw(8);
      return flipped;
    }
    case 1:
      return before;
    case 2:
      return Buffer.concat([before, after.subarray(length)]);
    case 3:
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 4:
      return Buffer.concat([before, Buffer.from(words[draw(words.length)]!), after]);
    case 5:
      return Buffer.concat([before, other.subarray(at)]);
    default: {
      // Another number somewhere: sequences, versions, costs and weights.
      const digit = /\d+/.exec(after.toString('latin1'));
      if (!digit) return before;
      const text = after.toString('latin1').replace(digit[0], String(draw(1e6)));
      return Buffer.concat([before, Buffer.from(text, 'latin1')]);
    }
  }
}

const textOf = (own: string): string => `id: ${own}
covers: [R1, R2]
why: a reason
weight: 2
given: { env: { A: "1" }, files: { a.txt: hi } }
steps:
  - run: ["{{program}}", "{{canary.email}}", ${own}]
    expect: { exit: 0, stdout: { matches: "^ok" }, within: 5s }
`;

describe('whatever becomes of the files of a vault', function () {
  this.timeout(120_000);
  const temp = useTemp();
  const key = Buffer.alloc(32, 7);
  const dir = () => path.join(temp(), 'vault');
  const open = () => openVault({ dir: dir(), key, workspaceId: 'w1' });
  let files: Map<string, Buffer>;
  let ids: string[];

  function restore(): void {
    for (const name of readdirSync(dir())) if (!files.has(name)) rmSync(path.join(dir(), name));
    for (const [name, content] of files) writeFileSync(path.join(dir(), name), content);
  }

  const told = async (vault: Vault) => ({
    list: vault.list(),
    texts: await vault.texts(),
    left: ids.map((id) => vault.left('feedback', [id], { bits: 10, attempts: 3 })),
  });

  beforeEach(async () => {
    const folder = path.join(temp(), 'scenarios');
    mkdirSync(folder);
    for (const own of ['first', 'second', 'third']) {
      writeFileSync(path.join(folder, `${own}.scenario.yaml`), textOf(own));
    }
    const vault = await open();
    await vault.importFolder(folder);
    ids = vault.list().map(({ id }) => id);
    await vault.setPassphrase('correct horse battery');
    await vault.debit('feedback', 3, ids.slice(1), { bits: 10, attempts: 3 });
    await vault.remove(ids[0]!);
    files = new Map(readdirSync(dir()).map((name) => [name, readFileSync(path.join(dir(), name))]));
  });

  it('says so in a clear error or reads what was sealed, and loses and writes nothing else', async () => {
    const next = numbers(20_260_101);
    const draw: Draw = (below) => Math.floor(next() * below);
    const sealed = [...files.keys()].filter((name) => name.endsWith('.sealed'));
    const manifest =
      [...files.keys()]
        .filter((name) => name.startsWith('manifest-'))
        .sort()
        .at(-1) ?? '';
    const good = JSON.stringify(await told(await open()));
    const outside = () => readdirSync(temp()).sort();
    const before = outside();
    let refused = 0;
    for (let round = 0; round < 5_000; round += 1) {
      const name = round % 2 ? manifest : sealed[draw(sealed.length)]!;
      const other = [...files.values()][draw(files.size)]!;
      const content = mutated(files.get(name)!, other, draw);
      if (content.equals(files.get(name)!)) continue;
      writeFileSync(path.join(dir(), name), content);
      try {
        const vault = await open();
        assert.equal(JSON.stringify(await told(vault)), good, `round ${round}`);
        if (round % 50 === 0) await vault.settlePass(ids);
      } catch (error) {
        if (!(error instanceof FactoryError)) throw error;
        assert.ok(error.message.length < 300 && error.hint !== '', error.message);
        assert.doesNotMatch(error.message + error.hint, /a reason|first|second/);
        refused += 1;
      }
      if (round % 50 === 0) restore();
      else writeFileSync(path.join(dir(), name), files.get(name)!);
    }
    assert.ok(refused > 4_500, `only ${refused} changes were noticed`);
    assert.deepEqual(outside(), before);
    restore();
    assert.equal(JSON.stringify(await told(await open())), good);
  });

  it('reads scenario files or says what is wrong with them, in bounded time', () => {
    const next = numbers(20_260_102);
    const draw: Draw = (below) => Math.floor(next() * below);
    const [text, other] = [Buffer.from(textOf('first')), Buffer.from(textOf('second'))];
    for (let round = 0; round < 5_000; round += 1) {
      let content = mutated(text, other, draw);
      for (let more = draw(3); more > 0; more -= 1) content = mutated(content, other, draw);
      const read = parseScenario(content.toString('utf8'));
      if ('scenario' in read) continue;
      assert.ok(read.problems.length > 0, content.toString());
      for (const { line, message, hint } of read.problems) {
        assert.ok(line >= 1 && message !== '' && hint !== '', content.toString());
      }
    }
  });
});
