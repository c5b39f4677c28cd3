import type { ImportResult } from './vaultImport';

/** The plain files that a vault holds after an import, those of suites among them, relative to the imported folder. */
export function filesTaken({ imported, updated, unchanged }: ImportResult): string[] {
  const taken = [...imported, ...updated, ...unchanged];
  return [...new Set(taken.flatMap(({ file, suite = [] }) => [file, ...suite]))];
}
