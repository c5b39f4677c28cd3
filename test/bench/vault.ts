import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openVault } from '../../src/holdouts/vault';
import { type Figure, timed } from './figures';

const many = 1000;

/** A vault of 1,000 scenarios: opened, read, and paid from. */
export async function measureVault(dir: string): Promise<Figure[]> {
  const folder = path.join(dir, 'scenarios');
  mkdirSync(folder);
  for (let n = 0; n < many; n += 1) {
    const steps = Array.from({ length: 8 }, (_, step) => `  - run: ["{{program}}", "${n}", "${step}"]\n`);
    writeFileSync(
      path.join(folder, `${n}.scenario.yaml`),
      `id: s${n}\ncovers: [R${n % 40}]\nsteps:\n${steps.join('')}`,
    );
  }
  const options = { dir: path.join(dir, 'vault'), key: randomBytes(32), workspaceId: 'bench' };
  const vault = await openVault(options);
  await vault.importFolder(folder);
  const ids = vault.list().map(({ id }) => id);
  const open = await timed(10, () => openVault(options));
  const read = await timed(5, () => vault.canaries());
  const one = await timed(30, (n) => vault.scenario(ids[n]!));
  const pay = await timed(10, () => vault.debit('feedback', 0.1, ids, { bits: 100, attempts: 3 }));
  const rotate = await timed(5, () => vault.rotate(randomBytes(32)));
  return [
    { name: 'vault of 1,000 scenarios: opening', unit: 'ms', samples: open, budget: 300 },
    { name: 'vault of 1,000 scenarios: decrypting all', unit: 'ms', samples: read },
    { name: 'vault of 1,000 scenarios: decrypting one', unit: 'ms', samples: one },
    { name: 'vault of 1,000 scenarios: debiting an answer', unit: 'ms', samples: pay },
    { name: 'vault of 1,000 scenarios: changing the key', unit: 'ms', samples: rotate },
  ];
}
