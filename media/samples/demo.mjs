// Runs the factory on a bundled sample with recorded model answers: no key, no network.
// usage: npm run demo [-- changelog|offboarding]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { need } from '../../test/support/system.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const [name = 'changelog'] = process.argv.slice(2);
const samples = ['changelog', 'offboarding'];
if (!samples.includes(name)) {
  console.error(`There is no sample named ${name}. Use one of ${samples.join(', ')}.`);
  process.exit(2);
}
const sample = path.join(root, 'media/samples', name);

function run(program, args, options = {}) {
  const done = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (done.error) throw done.error;
  return done.status ?? 1;
}

need('git', 'bwrap', 'nsenter');
if (run(process.execPath, [path.join(root, 'esbuild.config.mjs')], { cwd: root }) !== 0) process.exit(1);

// A fresh copy each time, kept afterwards: its branch, report and journal are what the demo is about.
const folder = mkdtempSync(path.join(os.tmpdir(), 'dark-factory-demo-'));
const workspace = path.join(folder, name);
cpSync(path.join(sample, 'workspace'), workspace, { recursive: true });
const identity = ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false'];
for (const args of [
  ['init', '-q', '-b', 'main'],
  ['add', '-A'],
  ['commit', '-q', '-m', 'Start'],
]) {
  if (run('git', [...identity, ...args], { cwd: workspace }) !== 0) process.exit(1);
}
mkdirSync(path.join(folder, 'store'));
process.exitCode = run(process.execPath, [
  path.join(root, 'dist/cli.js'),
  'run',
  path.join(workspace, `${name}.spec.md`),
  ...['--source', `replay:${path.join(sample, 'recording')}`],
  ...['--holdouts', path.join(sample, 'holdouts')],
  ...['--store', path.join(folder, 'store')],
]);
console.log(`\nLook at it: cd ${workspace} && git log --stat --all`);
