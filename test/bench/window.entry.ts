import * as vscode from 'vscode';
import { activationMeasure } from '../../src/shared/contributions';

/** What VS Code calls inside its extension host: says on the console how long activation took. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension('dark-factory.dark-factory');
  if (!extension) throw new Error('The extension is not installed.');
  const began = performance.now();
  await extension.activate();
  const whole = performance.now() - began;
  const own = performance.getEntriesByName(activationMeasure)[0]?.duration;
  console.log(`[bench] ${JSON.stringify({ own, whole })}`);
}
