// Starts VS Code's server on a loopback port, with settings, extensions and storage of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installServer } from './install.mjs';

const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'git.openRepositoryInParentFolders': 'never',
};

/** Resolves with the port when the server says it listens. */
function listening(server) {
  return new Promise((resolve, reject) => {
    let output = '';
    const failed = (why) => reject(new Error(`VS Code's server ${why}:\n${output.slice(-2000)}`));
    const timer = setTimeout(failed, 60_000, 'did not start within 60 s');
    const read = (data) => {
      output += data;
      const port = /Web UI available at http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', (code) => failed(`ended with ${code}`));
    server.on('error', (error) => failed(`could not be started (${error.message})`));
  });
}

/** Ends the server with its extension hosts; resolves when it is gone. */
async function endGroup(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  signalGroup(server, 'SIGTERM');
  const timer = setTimeout(signalGroup, 5000, server, 'SIGKILL');
  await gone;
  clearTimeout(timer);
}

function signalGroup(server, signal) {
  try {
    process.kill(-server.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** See server.d.mts. */
export async function startServer({ settings = {}, env = {}, trust = false, port = 0, installed } = {}) {
  const vscode = installServer();
  const home = mkdtempSync(path.join(os.tmpdir(), 'df-vscode-'));
  const userData = path.join(home, 'user');
  // A server reads machine-scoped settings from a file of its own, and the window all others from the person's.
  for (const scope of ['User', 'Machine']) {
    mkdirSync(path.join(userData, scope), { recursive: true });
    const file = path.join(userData, scope, 'settings.json');
    writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  }
  const extensions = path.join(home, 'extensions');
  mkdirSync(extensions);
  if (installed)
    symlinkSync(path.resolve(installed), path.join(extensions, 'dark-factory.dark-factory-0.1.0'));
  const server = spawn(
    process.execPath,
    [
      path.join(vscode, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      '--accept-server-license-terms',
      // Without it a built server ignores the payload of the address, and with it the extension under test.
      // With it no notification shows by itself.
      ...(installed ? [] : ['--enable-smoke-test-driver']),
      '--disable-telemetry',
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...['--server-data-dir', path.join(home, 'server'), '--user-data-dir', userData],
      ...['--extensions-dir', extensions],
    ],
    { env: { ...process.env, HOME: home, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  // A test run that ends in the middle leaves no server behind.
  const endNow = () => signalGroup(server, 'SIGKILL');
  process.once('exit', endNow);
  const stop = async () => {
    process.removeListener('exit', endNow);
    await endGroup(server);
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    return { port: await listening(server), pid: server.pid, home, userData, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** See server.d.mts. */
export function addressOf(server, { folder, extension, tests, env }) {
  const remote = (file) => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ...(env ? [['extensionEnvironment', JSON.stringify(env)]] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const query = new URLSearchParams({ folder: path.resolve(folder), payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${server.port}/?${query}`;
}
