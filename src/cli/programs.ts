import { realpathSync } from 'node:fs';
import path from 'node:path';

/** Folder of the bundled programs: where the command line itself is, however it was named. */
export function programsFolder(): string {
  return path.dirname(realpathSync(process.argv[1] ?? '.'));
}
