// Runs the same suite in a desktop VS Code, which @vscode/test-electron downloads: both the newest one and the floor.
// usage: node test/support/vscode/electron.mjs [VERSION …]
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';

const floor = JSON.parse(readFileSync('package.json', 'utf8')).engines.vscode.replace('^', '');
const versions = process.argv.length > 2 ? process.argv.slice(2) : [floor, 'stable'];

for (const version of versions) {
  console.log(`VS Code ${version}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'df-window-workspace-'));
  cpSync('test/vscode/workspace', folder, { recursive: true });
  try {
    await runTests({
      version,
      extensionDevelopmentPath: path.resolve('.'),
      extensionTestsPath: path.resolve('out/test/vscode/index.entry.js'),
      launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust', '--profile-temp'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
