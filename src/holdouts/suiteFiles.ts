import { createHash } from 'node:crypto';

/** One file of a suite; `data` is base64. */
export interface SuiteFile {
  data: string;
  executable?: true | undefined;
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

/** Bytes of a suite whose phrases are watched for. */
const watchedBytes = 512 * 1024;

/** What can be read of a suite: its files that are texts, the shortest first, as far as they are watched for. */
export function textsOf(files: SuiteFiles): string[] {
  let left = watchedBytes;
  return Object.values(files)
    .toSorted((a, b) => a.data.length - b.data.length)
    .flatMap(({ data }) => {
      const bytes = Buffer.from(data, 'base64');
      if (bytes.length > left || bytes.includes(0)) return [];
      left -= bytes.length;
      return [bytes.toString('utf8')];
    });
}
