import { globSync, readFileSync } from 'node:fs';

const wantedBytes = 6e6;

/** Text that everyone can have: READMEs, types and programs of packages, and the sample's own files. */
export function publicText(): Buffer {
  const sample = globSync('media/samples/**/*.{md,mjs,json,yaml}');
  const packages = globSync('node_modules/*/{README.md,*.d.ts,*.js,{lib,dist,types}/*.{js,d.ts}}');
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const file of [...sample, ...packages.sort()]) {
    // A bundle would be all the text there is.
    const part = readFileSync(file).subarray(0, 100_000);
    parts.push(part);
    bytes += part.length;
    if (bytes > wantedBytes) break;
  }
  return Buffer.concat(parts);
}
