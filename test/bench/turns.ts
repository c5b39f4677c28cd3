import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import path from 'node:path';
import { readJournal } from '../../src/trace/tail';
import { personGit, writeFiles } from '../support/gitRepo';
import { byAgent, type Answer, startScriptedModel } from '../support/scriptedModel';
import { makeTinyProject, planAnswer, type TinyProject } from '../support/tinyProject';
import type { Figure } from './figures';
import type { Product } from '../support/product';

/** Calls of each kind; an agent may take 60 turns, one of which ends it. */
const calls = 59;
const rounds = Array.from({ length: calls }, (_, n) => n);

const use = (name: string, input: object): Answer => ({ content: [{ type: 'tool_use', name, input }] });

/** One agent a kind of call, one after the other, so that no turn waits for another agent's. */
const kinds = {
  read: (n: number) => use('read', { file_path: `notes/${n}.md` }),
  write: (n: number) => use('write', { file_path: `made/${n}.md`, content: `Note ${n}.\n` }),
  bash: (n: number) => use('bash', { command: `: ${n}` }),
};
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

function planOf(): Answer {
  const [first] = ('content' in planAnswer && planAnswer.content) || [];
  assert.ok(typeof first === 'object' && first.type === 'tool_use');
  const input = first.input as { tasks: object[] };
  const [implementer, tester] = input.tasks;
  const tasks = names.map((id, at) => ({
    ...implementer,
    id,
    dependsOn: names.slice(0, at),
    files: [`${id}/`],
  }));
  return use('submit_plan', { ...input, tasks: [...tasks, { ...tester, dependsOn: names }] });
}

function script(): Record<string, Answer[]> {
  const workers = names.map((kind) => [
    `${kind}.implementer`,
    [...rounds.map(kinds[kind]), { content: 'Done.' }],
  ]);
  return { planner: [planOf()], ...(Object.fromEntries(workers) as Record<string, Answer[]>) };
}

/** When an answer had left and when the next request had come, by agent and turn. */
function stopwatch(): { heard(agent: string, turn: number): void; between(agent: string): number[] } {
  const arrived = new Map<string, number>();
  const sent = new Map<string, number>();
  return {
    heard(agent, turn) {
      const key = `${agent} ${turn}`;
      arrived.set(key, performance.now());
      // The endpoint answers before anything else is done.
      setImmediate(() => sent.set(key, performance.now()));
    },
    between: (agent) =>
      rounds.map((n) => (arrived.get(`${agent} ${n + 1}`) ?? NaN) - (sent.get(`${agent} ${n}`) ?? NaN)),
  };
}

/**
 * What the factory takes from an answer to the next request, through the real command line, agents' tools and
 * sandbox: hearing the answer, the tool call, the checkpoint, the journal, the next request.
 */
export async function measureTurns(product: Product, dir: string): Promise<Figure[]> {
  const project = makeTinyProject(dir);
  writeFiles(project.workspace, Object.fromEntries(rounds.map((n) => [`notes/${n}.md`, `Note ${n}.\n`])));
  personGit(project.workspace, 'add', '-A');
  personGit(project.workspace, 'commit', '-q', '-m', 'Notes');
  const watch = stopwatch();
  const answer = byAgent(script());
  const model = await startScriptedModel((request) => {
    watch.heard(request.agent ?? '', request.turn);
    return answer(request);
  });
  try {
    await run(product, project, model.baseUrl);
  } finally {
    await model.close();
  }
  const commands = await commandTimes(project);
  const turns = (kind: Kind): number[] => {
    const samples = watch.between(`${kind}.implementer`);
    assert.ok(samples.every(Number.isFinite), `the run ended before its turns with a ${kind} did`);
    return samples;
  };
  return [
    { name: 'turn with a read', unit: 'ms', samples: turns('read'), budget: 10 },
    { name: 'turn with a write', unit: 'ms', samples: turns('write'), budget: 10 },
    { name: 'turn with a command', unit: 'ms', samples: turns('bash') },
    {
      name: 'turn with a command, less the command',
      unit: 'ms',
      samples: turns('bash').map((ms, n) => ms - (commands[n] ?? NaN)),
      budget: 10,
    },
  ];
}

/** The tester has no answer, so that the run ends there; what is measured is before it. */
async function run(product: Product, project: TinyProject, baseUrl: string): Promise<void> {
  const args = ['run', project.spec, '--store', project.store, '--holdouts', project.holdouts];
  const child = spawn(process.execPath, [path.join(product.dist, 'cli.js'), ...args, '--base-url', baseUrl], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ANTHROPIC_API_KEY: 'sk-bench' },
    stdio: 'ignore',
  });
  await once(child, 'exit');
}

/** How long each command took from its start to its end, in milliseconds. */
async function commandTimes(project: TinyProject): Promise<number[]> {
  const [file = ''] = globSync('workspaces/*/runs/*/journal.jsonl', { cwd: project.store });
  const events = await readJournal(path.join(project.store, file));
  const started = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.type === 'tool.started') started.set(event.data.id, event.at);
    if (event.type !== 'tool.finished' || event.data.name !== 'bash') return [];
    return [event.at - (started.get(event.data.id) ?? NaN)];
  });
}
