import assert from 'node:assert/strict';
import path from 'node:path';
import { canaryValue } from '../../src/holdouts/canaries';
import { printCanaries, searchFor } from '../../src/holdouts/exposure';
import { printPhrases, searchForPhrases } from '../../src/holdouts/watchPhrases';
import type { AnyEvent, Text } from '../../src/shared/events';
import { readText } from '../../src/trace/journal';
import { readJournal } from '../../src/trace/tail';
import { cli } from '../support/cli';
import { publicText } from '../support/publicText';
import { byAgent, startScriptedModel } from '../support/scriptedModel';
import { makeTinyProject, tinyScript } from '../support/tinyProject';
import { runArgs, runFolders, testKey } from '../support/tinyRun';
import { type Figure, timed } from './figures';

const shapes = ['email', 'name', 'url', 'id', 'token', 'number', 'word'];
/** Much more than anyone has: two thousand canaries, two hundred scenarios of sixty sentences. */
const canaries = Array.from({ length: 2000 }, (_, n) => ({
  scenario: 'H-bench',
  value: canaryValue(`${n}`, shapes[n % shapes.length] ?? ''),
}));
const texts = Array.from({ length: 200 }, (_, n) => ({
  scenario: 'H-bench',
  text: `why: ${Array.from({ length: 60 }, (_, m) => `Sentence ${m} of scenario ${n} says what is not to be seen.`).join(' ')}`,
}));

/** What a conversation is looked at again for each turn, beside what is new in it. */
const overlap = 'x'.repeat(16 * 1024);

/** How fast the watch reads, and how much of a whole run goes into it when the model answers at once. */
export async function measureWatch(dir: string): Promise<Figure[]> {
  const search = searchFor(printCanaries(canaries));
  const phrases = searchForPhrases(printPhrases(texts));
  const look = async (data: string | Buffer): Promise<void> => {
    assert.equal((await search.search(data)).exposure, null);
    await phrases.search(data);
  };
  const text = publicText();
  const speeds = (await timed(5, () => look(text))).map((ms) => text.length / 1000 / ms);

  const { folder, events } = await tinyRun(dir);
  const payloads = events.flatMap((event) => payloadsOf(event).map((payload) => readText(folder, payload)));
  const lines = events.map(({ data }) => JSON.stringify(data));
  const turns = events.filter(({ type }) => type === 'chat.finished').length;
  // Each payload comes past its own sink, the next request and the journal.
  const seen = [...payloads, ...payloads, ...Array<string>(turns).fill(overlap)];
  const record = [...payloads, ...lines];
  const took = (events.at(-1)?.at ?? NaN) - (events[0]?.at ?? NaN);
  const shares = (
    await timed(5, async () => {
      for (const one of seen) await look(one);
      for (const one of record) assert.equal(search.look(one).exposure, null);
    })
  ).map((ms) => (100 * ms) / took);
  return [
    { name: 'watch: reading public text', unit: 'MB/s', samples: speeds },
    { name: 'watch: share of a run', unit: '%', samples: shares, budget: 2 },
  ];
}

async function tinyRun(dir: string): Promise<{ folder: string; events: AnyEvent[] }> {
  const project = makeTinyProject(dir);
  const model = await startScriptedModel(byAgent(tinyScript()));
  try {
    const { code, stderr } = await cli(runArgs(project, model.baseUrl), testKey);
    assert.equal(code, 0, stderr);
  } finally {
    await model.close();
  }
  const [folder = ''] = runFolders(project.store);
  return { folder, events: await readJournal(path.join(folder, 'journal.jsonl')) };
}

function payloadsOf(event: AnyEvent): Text[] {
  switch (event.type) {
    case 'chat.finished':
      return [event.data.message];
    case 'tool.finished':
      return [event.data.input, event.data.output];
    case 'command.finished':
      return [event.data.output];
    default:
      return [];
  }
}
