import { readFile } from 'node:fs/promises';
import assert from 'node:assert/strict';
import type { View } from './pages';

/** Violations of accessibility rules on the page, as `rule: element`. */
export async function violations({ page, problems }: View): Promise<string[]> {
  assert.deepEqual(problems, []);
  // As a script of the driver, not of the page: its policy allows none but its own.
  await page.evaluate(await readFile('node_modules/axe-core/axe.min.js', 'utf8'));
  const found = await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.flat().join(' '))))`);
  // It measures with elements that have inline styles, which the policy of the page reports.
  problems.length = 0;
  return found;
}
