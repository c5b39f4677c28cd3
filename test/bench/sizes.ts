import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import type { Product } from '../support/product';
import type { Figure } from './figures';

/** Bytes that VS Code reads to activate, and bytes of the whole package. */
export function measureSizes(product: Product): Figure[] {
  const eager = eagerBytes(path.join(product.dist, 'meta.json'), 'dist/extension.mjs');
  const whole = statSync(product.vsix).size;
  return [
    { name: 'main bundle before lazily loaded parts', unit: 'KiB', samples: [eager / 1024], budget: 350 },
    { name: 'whole .vsix', unit: 'KiB', samples: [whole / 1024], budget: 2048 },
  ];
}

/** The entry with all chunks it imports statically. */
function eagerBytes(metaFile: string, entry: string): number {
  const bundles = JSON.parse(readFileSync(metaFile, 'utf8')) as Metafile[];
  const outputs = new Map(bundles.flatMap((bundle) => Object.entries(bundle.outputs)));
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const output = outputs.get(file);
    if (!output || seen.has(file)) return;
    seen.add(file);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') visit(imported);
  };
  visit(entry);
  return [...seen].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? 0), 0);
}
