// Large packages that only some tests and benchmarks need are installed beside the others, when they are first needed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve('test/support/vendor');

/** The folder whose `node_modules` holds them. @throws Error when npm cannot install them. */
export function vendor() {
  if (existsSync(path.join(folder, 'node_modules/.package-lock.json'))) return folder;
  console.error('Installing vendors’ documents and other mocks (600 MB) into test/support/vendor, once …');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`npm ci failed in ${folder}; see above.`);
  return folder;
}
