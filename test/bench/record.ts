import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { reduce } from '../../src/shared/reduce';
import { lintSpec } from '../../src/spec/lint';
import { parseSpec } from '../../src/spec/parse';
import { openJournal } from '../../src/trace/journal';
import { readJournal } from '../../src/trace/tail';
import { created, Journal as Script, tool, turn } from '../unit/shared/journal';
import { type Figure, timed } from './figures';

const many = 100_000;

/** The events of a long run: 60 agents, each turn a question, an answer and two calls. */
function longRun(): Script {
  const script = new Script().add('run.created', 'run', created);
  for (let n = 0; script.events.length < many; n += 1) {
    const agent = `T${n % 60}.implementer`;
    if (n < 60) script.add('agent.started', agent, { agent, role: 'implementer', model: 'sonnet' }, 'run');
    turn(script, agent, Math.floor(n / 60) + 1, 900);
    tool(script, agent, Math.floor(n / 60) + 1, 'read', 3);
    tool(script, agent, Math.floor(n / 60) + 1, 'bash', 40, { exit: 0 });
  }
  return script;
}

/** Writing, reading and reducing the record of a run with 100,000 events. */
export async function measureRecord(dir: string): Promise<Figure[]> {
  mkdirSync(dir, { recursive: true });
  const { events } = longRun();
  const journal = openJournal(dir);
  const append: number[] = [];
  for (const { type, data, span, parent } of events) {
    const began = performance.now();
    journal.append(type, data, { span, parent });
    append.push((performance.now() - began) * 1000);
  }
  const flush = await timed(30, () => {
    journal.append('intake.assumption', { text: 'It is.' }, { span: 'a', parent: null });
    return journal.flush();
  });
  await journal.close();
  const load = await timed(3, () => readJournal(path.join(dir, 'journal.jsonl')));
  const reduced = await timed(5, () => reduce(events));
  return [
    { name: 'journal: appending an event', unit: 'µs', samples: append },
    { name: 'journal: until an event is on disk', unit: 'ms', samples: flush },
    { name: 'journal: loading and checking 100,000 events', unit: 'ms', samples: load },
    { name: 'reducing 100,000 events', unit: 'ms', samples: reduced },
  ];
}

/** A spec of 500 lines: twelve of front matter and title, the rest requirements with an example each. */
function longSpec(): string {
  const head = ['---', 'factory: 1', 'category: tool', 'commands:', '  test: npm test', '---', '# Long', ''];
  const lines = [...head, 'What it is for.', '', '## Requirements', ''];
  for (let n = 1; lines.length < 500; n += 1) {
    lines.push(`- **R${n}** When file ${n} is read, the program MUST print its ${n} lines within 5 s.`);
    lines.push(`  - Example: \`show ${n}\` prints ${n} lines and exits with status 0.`);
  }
  return lines.join('\n');
}

/** What the language server does at each pause of typing. */
export async function measureSpec(): Promise<Figure[]> {
  const text = longSpec();
  const samples = await timed(30, () => {
    const { spec } = parseSpec(text, 'long.spec.md');
    return lintSpec(spec, {}, {});
  });
  return [{ name: 'reading and linting a spec of 500 lines', unit: 'ms', samples }];
}
