import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measureActivation } from './activation';
import { type Figure, tableOf } from './figures';
import { makeProduct, type Product } from '../support/product';
import { measureMeter } from './meter';
import { measureSizes } from './sizes';
import { measureRecord, measureSpec } from './record';
import { measureSandbox } from './sandbox';
import { measureTwins } from './twins';
import { measureTurns } from './turns';
import { measureVault } from './vault';
import { measureWatch } from './watch';
import { measureCheckpoints } from './workspace';

/** Each group measures in an empty folder of its own. */
type Group = (product: Product, dir: string) => Figure[] | Promise<Figure[]>;

const groups: Record<string, Group> = {
  sizes: measureSizes,
  activation: measureActivation,
  turns: measureTurns,
  checkpoints: (_product, dir) => measureCheckpoints(dir),
  sandbox: measureSandbox,
  record: (_product, dir) => measureRecord(dir),
  spec: measureSpec,
  meter: measureMeter,
  vault: (_product, dir) => measureVault(dir),
  twins: measureTwins,
  watch: (_product, dir) => measureWatch(dir),
};

async function main(wanted: string[]): Promise<void> {
  const unknown = wanted.filter((name) => !(name in groups));
  if (unknown.length > 0) {
    throw new Error(
      `No benchmark is called ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}.`,
    );
  }
  const dir = mkdtempSync(path.join(os.tmpdir(), 'df-bench-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  console.error('Building and packaging …');
  const root = path.join(dir, 'product');
  mkdirSync(root);
  const product = makeProduct(root);
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`Measuring ${name} …`);
    const own = path.join(dir, name);
    mkdirSync(own);
    figures.push(...(await measure(product, own)));
  }
  const [load = 0] = os.loadavg();
  console.log(`\n${tableOf(figures)}\n`);
  console.log(`Load of the machine: ${load.toFixed(1)} on ${os.availableParallelism()} processors.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
