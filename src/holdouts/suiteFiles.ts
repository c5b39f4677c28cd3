import { createHash } from 'node:crypto';

/** One file of a suite; `data` is base64. */
export interface SuiteFile {
  data: string;
  executable?: true;
}

/** Files of a suite by their path below its folder. Vault text. */
export type SuiteFiles = Readonly<Record<string, SuiteFile>>;

/** Folder within a running suite that is ours: the relay to the program, and the temporary files of the runner. */
export const relayFolder = '.relay';

/** By what the files of a suite are known again. */
export function digestOf(files: SuiteFiles): string {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(entries.map(([name, { data, executable = false }]) => [name, executable, data])))
    .digest('hex');
}
