// VS Code in the browser with the extension and a fresh copy of the sample: nothing to install, nothing to pay.
// usage: node test/support/vscode/open.mjs [--port N]
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, startServer } from './server.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3737' } } });

if (!existsSync('dist/extension.js')) {
  console.error('The extension is not built yet: run `npm run build` first.');
  process.exit(2);
}
const parent = mkdtempSync(path.join(os.tmpdir(), 'dark-factory-sample-'));
const folder = path.join(parent, 'changelog');
cpSync('media/samples/changelog/workspace', folder, { recursive: true });
const server = await startServer({
  port: Number(values.port),
  // The sample's answers are recorded, so that it runs without a key.
  settings: { 'darkFactory.model.provider': 'replay' },
});
console.log(`VS Code with Dark Factory and its sample: ${addressOf(server, { folder, extension: '.' })}`);
console.log(`The sample is a fresh copy in ${folder}. Press Ctrl-C to end and remove it.`);

await new Promise((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await server.stop();
rmSync(parent, { recursive: true, force: true });
