import type { EventData, PlanTask } from '../../src/shared/events';
import { created, Journal, tool, turn } from '../unit/shared/journal';

const titles = [
  'parses type, scope, subject',
  'groups by section',
  'breaking marker !',
  'breaking footers anywhere',
  'reverts name their target',
  'unknown types go to Other',
  'stable order, newest first',
  'links commits and issues',
  'ill-formed lines reported',
  'announce posts once',
  'waits on Retry-After',
  'exit codes',
];

const plan: [string, string, string[], string[]][] = [
  ['T1', 'parse', [], ['R1', 'R3', 'R5', 'R9']],
  ['T2', 'group', ['T1'], ['R2', 'R6', 'R7']],
  ['T3', 'tests', [], []],
  ['T4', 'footers', ['T1'], ['R4']],
  ['T5', 'announce', ['T2'], ['R10', 'R11']],
  ['T6', 'cli', ['T4', 'T2'], ['R8', 'R12']],
  ['T7', 'merge', ['T3', 'T5', 'T6'], []],
];

const edit = {
  file_path: 'src/parse.js',
  old_string: 'const last = paragraphs.at(-1)\nreturn footers.filter(Boolean)\n',
  new_string: 'const footers = paragraphs.flatMap(readFooter)\nreturn footers.filter(Boolean)\n',
};

const answer = (agent: string, number: number) =>
  JSON.stringify({
    content: [
      {
        type: 'thinking',
        thinking:
          'The breaking-change footer is only read from the last paragraph. The spec says any footer token ' +
          'counts, so `BREAKING-CHANGE` in the middle must too…',
      },
      { type: 'text', text: 'Reading every footer instead of the last paragraph.' },
      { type: 'tool_use', id: `${agent}/${String(number)}/edit`, name: 'edit', input: edit },
      ...(number % 2 === 0
        ? [
            {
              type: 'tool_use',
              id: `${agent}/${String(number)}/bash`,
              name: 'bash',
              input: { command: 'npm test' },
            },
          ]
        : []),
    ],
  });

/** A repeatable stand-in for chance. */
function numbers(): () => number {
  let seed = 7;
  return () => (seed = (seed * 16807) % 2147483647) / 2147483647;
}

/** Spans of a journal are names in tests; pages get 16 hex digits like the real ones. */
export function hexSpan(name: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of name)
    hash = ((hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

function work(journal: Journal, agent: string, turns: number, chance: () => number): void {
  const task = /^T\d/.exec(agent)?.[0];
  const role = agent.includes('tester') ? 'tester' : agent.includes('debugger') ? 'debugger' : 'implementer';
  const shape: EventData['agent.started'] = { agent, role, model: 'claude-sonnet-5-5' };
  journal.add('agent.started', agent, task ? { ...shape, task } : shape, task ?? null);
  for (let number = 1; number <= turns; number++) {
    turn(journal, agent, number, 900 + chance() * 4000, answer(agent, number));
    tool(journal, agent, number, 'edit', 40 + chance() * 300, {
      summary: 'src/parse.js',
      id: `${agent}/${String(number)}/edit`,
      input: JSON.stringify(edit),
      output: 'edited src/parse.js (1 replacement(s))',
    });
    if (number % 2 === 0) {
      tool(journal, agent, number, 'bash', 300 + chance() * 2500, {
        id: `${agent}/${String(number)}/bash`,
        summary: 'npm test',
        exit: number % 4 === 0 ? 1 : 0,
        input: JSON.stringify({ command: 'npm test' }),
        output: '✔ 41 passing\n',
      });
    }
    journal.add('round.checkpoint', `${agent}/${String(number)}`, {
      key: '',
      agent,
      turn: number,
      commit: 'c0ffee',
      files: [{ path: 'src/parse.js', sha256: null }],
      twins: { text: '', bytes: 0 },
    });
  }
  journal.add('agent.finished', agent, {
    key: agent,
    agent,
    turns,
    ok: true,
    reason: 'finished',
    answer: { text: 'Done.', bytes: 5 },
  });
}

function command(journal: Journal, name: string, round: number, exit: number, ms: number): void {
  const span = `${name}${String(round)}`;
  journal
    .add('command.started', span, { name, command: `npm run ${name}`, round }, `verify${String(round)}`)
    .wait(ms)
    .add('command.finished', span, {
      key: span,
      name,
      command: `npm run ${name}`,
      exit,
      timedOut: false,
      output: { text: exit === 0 ? '41 passing' : '1 failing: footer.test.js', bytes: 20 },
    });
}

/** A run as in the picture of the design: verifying in its second round, or accepted. */
export function sampleRun(upTo: 'verify' | 'accepted' = 'verify'): Journal {
  const chance = numbers();
  const journal = new Journal();
  const requirements = titles.map((title, index) => ({
    id: `R${String(index + 1)}`,
    title,
    modality: 'MUST' as const,
  }));
  journal.add('run.created', 'run', { ...created, requirements });
  stage(journal, 'intake', 3000, 'sealed');
  journal.add('stage.started', 'plan', { stage: 'plan' });
  journal.add(
    'agent.started',
    'planner',
    { agent: 'planner', role: 'planner', model: 'claude-opus-5-5' },
    'plan',
  );
  for (const number of [1, 2, 3]) turn(journal, 'planner', number, 6000);
  journal.add('plan.made', 'planner', {
    key: 'p',
    plan: { interfaces: [], assumptions: [], tasks: plan.map(task) },
  });
  journal.add('agent.finished', 'planner', {
    key: 'planner',
    agent: 'planner',
    turns: 3,
    ok: true,
    reason: 'planned',
    answer: { text: 'Seven tasks.', bytes: 12 },
  });
  journal.add('stage.finished', 'plan', { key: 'plan', stage: 'plan', note: '7 tasks' });
  journal.add('stage.started', 'build', { stage: 'build' });
  for (const [id, title, , covers] of plan.slice(0, 6)) {
    const role = id === 'T3' ? 'tester' : 'implementer';
    journal.add('task.started', id, { task: id, title, role }, 'build');
    work(journal, `${id}.${role}`, 7, chance);
    for (let call = 0; id === 'T5' && call < 5; call++) twinCall(journal.wait(700), call);
    const merged = {
      key: id,
      task: id,
      ok: true,
      reason: 'merged',
      commit: 'c0ffee',
      files: ['src/parse.js'],
    };
    journal.add('task.finished', id, merged, 'build');
    for (const requirement of covers.slice(0, 3)) {
      const done = { requirement, files: ['src/parse.js'], checks: ['footer.test.js', 'npm test', 'lint'] };
      journal.add('requirement.done', `done-${requirement}`, done);
    }
  }
  journal.add('stage.finished', 'build', { key: 'build', stage: 'build', note: '' });
  journal.add('stage.started', 'verify1', { stage: 'verify', round: 1 });
  command(journal, 'build', 1, 0, 4000);
  command(journal, 'test', 1, 1, 6000);
  journal.add('stage.finished', 'verify1', { key: 'v1', stage: 'verify', note: '1 failing' });
  work(journal, 'debugger.1', 8, chance);
  journal.add('stage.started', 'verify2', { stage: 'verify', round: 2 });
  command(journal, 'build', 2, 0, 4000);
  if (upTo === 'accepted') accept(journal);
  for (const event of journal.events) {
    event.span = hexSpan(event.span);
    event.parent &&= hexSpan(event.parent);
  }
  return journal;
}

function accept(journal: Journal): void {
  command(journal, 'test', 2, 0, 5000);
  journal.add('requirement.done', 'done-R9', {
    requirement: 'R9',
    files: ['src/parse.js'],
    checks: ['npm test'],
  });
  journal.add('stage.finished', 'verify2', { key: 'v2', stage: 'verify', note: '41 passing' });
  journal.add('stage.started', 'validate', { stage: 'validate' });
  for (const [round, half] of (['feedback', 'sealed'] as const).entries()) {
    journal.add('validate.started', `val-${half}`, { round: round + 1, half, scenarios: 6 }, 'validate');
    for (let scenario = 0; scenario < 6; scenario++) {
      const id = `H-${String(round)}${String(scenario)}k3xq`;
      const covers = [`R${String(1 + scenario * 2)}`, `R${String(2 + scenario * 2)}`];
      const verdict = { key: id, round: round + 1, scenario: id, covers, passed: true };
      journal.wait(2500).add('validate.verdict', id, verdict, `val-${half}`);
    }
    const told = {
      key: '',
      round: round + 1,
      kind: 'count',
      told: 'all passed',
      bits: 1.6,
      left: 8.4 - round,
    } as const;
    journal.add('validate.told', `val-${half}`, told);
  }
  journal.add('stage.finished', 'validate', { key: 'val', stage: 'validate', note: '12 of 12' });
  stage(journal, 'deliver', 1200, 'factory/changelog-7f3a');
  journal.add('deliver.branch', 'deliver', {
    key: 'b',
    branch: 'factory/changelog-7f3a',
    commit: 'c',
    tree: 't',
  });
  journal.add('deliver.report', 'deliver', { key: 'r', file: 'report.md', digest: 'd' });
  journal.add('run.finished', 'run', {
    outcome: 'accepted',
    reason: 'Every requirement is done and all 12 hidden scenarios passed.',
    decidedBy: journal.events.length - 3,
  });
}

function stage(journal: Journal, name: 'intake' | 'deliver', ms: number, note: string): void {
  journal.add('stage.started', name, { stage: name }).wait(ms);
  journal.add('stage.finished', name, { key: name, stage: name, note });
}

function twinCall(journal: Journal, number: number): void {
  const limited = number % 3 === 0;
  journal.add('twin.call', `twin${String(number)}`, {
    twin: 'slack',
    method: 'chat.postMessage',
    status: limited ? 429 : 200,
    answered: limited ? 'ratelimited' : 'ok',
    task: 'T5',
  });
}

function task([id, title, dependsOn, requirements]: (typeof plan)[number]): PlanTask {
  const role = id === 'T3' ? 'tester' : 'implementer';
  return {
    id,
    title,
    role,
    requirements,
    dependsOn,
    files: [],
    category: '',
    novel: false,
    instructions: '',
  };
}

/** A long run: `size` events of one agent's work after the sample's beginning. */
export function bigRun(size: number): Journal {
  const journal = new Journal().add('run.created', hexSpan('run'), created);
  for (let agent = 1; journal.events.length < size; agent++) {
    work(journal, `T${String(agent)}.implementer`, Math.ceil(size / 40), numbers());
  }
  for (const event of journal.events) event.span = hexSpan(event.span);
  return journal;
}
