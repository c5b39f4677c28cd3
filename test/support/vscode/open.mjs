// VS Code in the browser with the extension and a fresh copy of the sample: nothing to install, nothing to pay.
// usage: node test/support/vscode/open.mjs [--port N]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, startServer } from './server.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3737' } } });

execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' });
const parent = mkdtempSync(path.join(os.tmpdir(), 'df-sample-'));
const folder = path.join(parent, 'changelog');
cpSync('media/samples/changelog/workspace', folder, { recursive: true });
const identity = [
  '-c',
  'user.name=Sample',
  '-c',
  'user.email=sample@localhost',
  '-c',
  'commit.gpgsign=false',
];
const git = (...args) => execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'inherit' });
git('init', '-q', '-b', 'main');
git('add', '-A');
git('commit', '-q', '-m', 'Start');

const server = await startServer({ port: Number(values.port), installed: '.' });
console.log(`VS Code with Dark Factory and its sample: ${addressOf(server, { folder })}`);
console.log('Open changelog.spec.md and choose "Run Factory on Spec". Press Ctrl-C here to end.');

await new Promise((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await server.stop();
rmSync(parent, { recursive: true, force: true });
