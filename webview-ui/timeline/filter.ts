import type { Bar, RunState } from '../../src/shared/runState';

/** What a person asked to see. Several terms must all hold. */
export interface Filter {
  matches: (bar: Bar) => boolean;
  /** True when there is nothing to filter by. */
  all: boolean;
  /** What could not be read, as a sentence. */
  problem: string | null;
}

type Test = (bar: Bar) => boolean;
type Reader = (run: RunState, value: string) => Test;

const contains = (text: string | null | undefined, part: string): boolean =>
  (text ?? '').toLowerCase().includes(part.toLowerCase());

const named: Record<string, Reader> = {
  role: (run, value) => (bar) => contains(agentOf(run, bar)?.role, value),
  agent: (_run, value) => (bar) => contains(bar.agent, value),
  task: (_run, value) => (bar) => bar.task?.toLowerCase() === value.toLowerCase(),
  tool: (_run, value) => (bar) => bar.kind === 'tool' && contains(bar.name, value),
  command: (_run, value) => (bar) => bar.kind === 'command' && contains(bar.name, value),
  twin: (_run, value) => (bar) => bar.kind === 'twin' && contains(bar.lane, value),
  req: (run, value) => {
    const tasks = new Set(
      run.tasks
        .filter(({ requirements }) => requirements.some((id) => id.toLowerCase() === value.toLowerCase()))
        .map(({ id }) => id),
    );
    return (bar) => tasks.has(bar.task ?? '');
  },
  is: (_run, value) => (bar) =>
    value === 'failed' ? bar.ok === false : value === 'running' ? bar.end === null : false,
};

/** Names a person may use, for the hint. */
const filterNames = [...Object.keys(named).map((name) => `${name}:`), 'cost>', 'seconds>'];

/** Reads `role:debugger tool:bash cost>0.02 words`. Words are looked for in labels. */
export function parseFilter(text: string, run: RunState): Filter {
  const tests: Test[] = [];
  let problem: string | null = null;
  for (const term of text.split(/\s+/).filter(Boolean)) {
    const test = termTest(term, run);
    if (test) tests.push(test);
    else problem = `Nothing is known as “${term}”. Use ${filterNames.join(' ')} or words.`;
  }
  return { matches: (bar) => tests.every((test) => test(bar)), all: tests.length === 0, problem };
}

function termTest(term: string, run: RunState): Test | null {
  const more = /^(cost|seconds)>(\d*\.?\d+)$/.exec(term);
  if (more) {
    const limit = Number(more[2]);
    if (more[1] === 'cost') return (bar) => bar.usd > limit;
    return (bar) => (bar.end ?? run.lastAt) - bar.start > limit * 1000;
  }
  const pair = /^([a-z]+):(.*)$/i.exec(term);
  if (!pair) return /[<>]/.test(term) ? null : (bar) => contains(bar.label, term);
  const name = (pair[1] ?? '').toLowerCase();
  const reader = Object.hasOwn(named, name) ? named[name] : undefined;
  return reader ? reader(run, pair[2] ?? '') : null;
}

function agentOf(run: RunState, bar: Bar) {
  return bar.agent === null ? undefined : run.agents[run.agentOf.get(bar.agent) ?? -1];
}
