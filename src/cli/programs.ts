import path from 'node:path';

/** Folder of the bundled programs, in which the command line's own file is; `main.ts` sees to its name. */
export function programsFolder(): string {
  return path.dirname(process.argv[1] ?? '.');
}
