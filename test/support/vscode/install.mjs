// Installs VS Code's own server and web workbench, which npm's code-server carries, into .vscode-test/server.
// usage: node test/support/vscode/install.mjs   (from the project's root)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** code-server 4.x carries VS Code 1.x: this one is VS Code 1.139.1, and runs on Node 24. */
const version = '4.139.1';
const root = path.resolve('.vscode-test/server');
const vscode = path.join(root, 'node_modules/code-server/lib/vscode');
/** Written last, so that an interrupted installation is done again. */
const marker = path.join(root, 'installed');

/** Install scripts stay off: they only compile log writers that no test needs. */
const npmOptions = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

function npmInstall(folder, ...args) {
  const run = spawnSync('npm', ['install', ...npmOptions, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` },
  });
  if (run.error) throw new Error(`npm could not be started: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`npm install failed in ${folder}:\n${run.stderr.slice(-2000)}`);
}

/** Folder of VS Code's server, with `out/server-main.js` in it; installs it when it is not there. */
export function installServer() {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === version) return vscode;
  console.log(
    `Installing VS Code's server (npm code-server ${version}, 600 MB) into .vscode-test/server, once …`,
  );
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"private":true}\n');
  npmInstall(root, `code-server@${version}`);
  console.log('Installing what the server itself depends on …');
  npmInstall(vscode, '--omit=dev');
  writeFileSync(marker, version);
  return vscode;
}

if (process.argv[1] === path.resolve('test/support/vscode/install.mjs')) installServer();
