// Runs the mocha suite of test/vscode inside a real VS Code extension host; exit code 0 when all passed.
// usage: node test/support/vscode/run.mjs [--extension DIR] [--tests FILE] [--shots DIR] [--timeout SECONDS]
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import { launchBrowser, newPage } from './browser.mjs';
import { addressOf, startServer } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    extension: { type: 'string', default: '.' },
    tests: { type: 'string', default: 'out/test/vscode/index.entry.js' },
    shots: { type: 'string' },
    timeout: { type: 'string', default: '300' },
  },
});

/** The suite marks its own lines, so that the workbench's chatter can be left out. */
const mark = /^\[suite\] ?/;

const folder = mkdtempSync(path.join(os.tmpdir(), 'df-window-workspace-'));
cpSync('test/vscode/workspace', folder, { recursive: true });
const server = await startServer();
const browser = await launchBrowser();
let code = 1;
try {
  const page = await newPage(browser);
  const { promise: finished, resolve: finish } = Promise.withResolvers();
  // Both must exist before the workbench starts, or the end of the suite goes unheard.
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    for (const line of format(...args).split('\n')) {
      if (mark.test(line)) console.log(line.replace(mark, ''));
      else if (process.env.DF_VERBOSE) console.log(line);
    }
  });
  await page.exposeFunction('codeAutomationExit', finish);
  const late = setTimeout(finish, Number(options.timeout) * 1000, 124);
  await page.goto(addressOf(server, { folder, extension: options.extension, tests: options.tests }));
  code = await finished;
  clearTimeout(late);
  if (code === 124) console.error(`No result from VS Code within ${options.timeout} s.`);
  if (options.shots) {
    mkdirSync(options.shots, { recursive: true });
    await page.screenshot({ path: path.join(options.shots, code ? 'suite-failed.png' : 'suite-passed.png') });
  }
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = code;
