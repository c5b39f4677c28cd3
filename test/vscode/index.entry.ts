import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

/** What VS Code calls inside its extension host; rejects when a test failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  // The harness looks for this mark, so that the workbench's own lines can be left out.
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) =>
    console.log(format(...args).replace(/^/gm, '[suite] '));
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  let passed = 0;
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve).on('pass', () => (passed += 1));
  });
  console.log(`[suite] ${passed} passed, ${failures} failed`);
  if (failures > 0) throw new Error(`${failures} test(s) failed`);
}
