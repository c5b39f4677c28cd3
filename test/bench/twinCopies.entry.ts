// Opens copies of a seeded twin and prints what the process then takes, in MiB.
// usage: node twinCopies.entry.js SEED.json COPIES
import { readFileSync } from 'node:fs';
import { openTwin } from '../../src/twins/services';

const [file = '', count = '0'] = process.argv.slice(2);
void openTwin('slack', { seed: JSON.parse(readFileSync(file, 'utf8')) as unknown }).then(({ twin }) => {
  const all = Array.from({ length: Number(count) }, () => twin.fork());
  process.stdout.write(String(process.memoryUsage().rss / 1024 ** 2));
  for (const copy of all) copy.close();
});
