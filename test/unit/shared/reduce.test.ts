import assert from 'node:assert/strict';
import type { AnyEvent, EventData, PlanTask } from '../../../src/shared/events';
import { lanesOf } from '../../../src/shared/lanes';
import { applyEvent, emptyRun, reduce } from '../../../src/shared/reduce';
import { cachedShare, currentStage, totalTokens } from '../../../src/shared/runState';
import { created, Journal, text, tool, turn } from './journal';

const plannedTask: PlanTask = {
  id: 'T1',
  title: 'parse',
  role: 'implementer',
  requirements: ['R1'],
  dependsOn: [],
  files: ['src/parse.js'],
  category: 'default',
  novel: false,
  instructions: 'Write the parser.',
};

const begun = () => new Journal().add('run.created', 'run', created);
const agentStarted = (journal: Journal, agent = 'T1.implementer') =>
  journal.add('agent.started', agent, { agent, role: 'implementer', task: 'T1', model: 'sonnet' }, 'T1');

describe('reduce', () => {
  it('says nothing of a run without events', () => {
    const run = reduce([]);
    assert.equal(run.header, null);
    assert.equal(run.outcome, null);
    assert.deepEqual(
      run.stages.map(({ stage, state }) => [stage, state]),
      [
        ['intake', 'waiting'],
        ['plan', 'waiting'],
        ['build', 'waiting'],
        ['verify', 'waiting'],
        ['validate', 'waiting'],
        ['deliver', 'waiting'],
      ],
    );
    assert.equal(currentStage(run), null);
  });

  it('knows the run and its requirements from the first event', () => {
    const run = reduce(begun().events);
    assert.equal(run.header?.id, '7f3a');
    assert.equal(run.header.createdAt, Date.UTC(2026, 0, 5, 9));
    assert.deepEqual(
      run.requirements.map(({ id, done, test, hidden }) => [id, done, test, hidden]),
      [
        ['R1', 'open', 'open', 'open'],
        ['R2', 'open', 'open', 'open'],
        ['R3', 'open', 'open', 'open'],
      ],
    );
  });

  it('follows stages through rounds and adds up their time', () => {
    const journal = begun();
    for (const round of [1, 2]) {
      journal
        .add('stage.started', `verify${String(round)}`, { stage: 'verify', round })
        .wait(1000)
        .add('stage.finished', `verify${String(round)}`, { key: 'v', stage: 'verify', note: '41 passing' });
    }
    journal.add('stage.started', 'validate', { stage: 'validate' });
    const run = reduce(journal.events);
    const verify = run.stages[3];
    assert.deepEqual(
      [verify?.state, verify?.round, verify?.ms, verify?.note],
      ['done', 2, 2000, '41 passing'],
    );
    assert.equal(currentStage(run)?.stage, 'validate');
  });

  it('keeps planned tasks, their outcome, and a task the plan does not know', () => {
    const run = reduce(
      begun()
        .add('plan.made', 'plan', {
          key: 'p',
          plan: { interfaces: [], assumptions: ['UTF-8'], tasks: [plannedTask] },
        })
        .add('task.started', 'T1', { task: 'T1', title: 'parse', role: 'implementer' })
        .wait(5)
        .add('task.finished', 'T1', {
          key: 't',
          task: 'T1',
          ok: true,
          reason: 'done',
          commit: 'abc',
          files: ['src/parse.js'],
        })
        .add('task.started', 'D1', { task: 'D1', title: 'mend', role: 'debugger' }).events,
    );
    assert.deepEqual(
      run.tasks.map(({ id, state, role }) => [id, state, role]),
      [
        ['T1', 'done', 'implementer'],
        ['D1', 'running', 'debugger'],
      ],
    );
    assert.deepEqual(run.tasks[0]?.requirements, ['R1']);
    assert.deepEqual(run.assumptions, ['UTF-8']);
    assert.equal(run.markers.at(-1)?.label, 'T1 merged');
  });

  it('adds up money and tokens of the run and of each agent', () => {
    const journal = agentStarted(begun());
    turn(journal, 'T1.implementer', 1, 900);
    turn(journal, 'T1.implementer', 2, 900);
    const run = reduce(journal.events);
    assert.equal(run.spend.usd.toFixed(2), '0.04');
    assert.equal(totalTokens(run.spend), 2400);
    assert.equal(cachedShare(run.spend), 0.9);
    assert.equal(run.agents[0]?.turns, 2);
    assert.equal(run.agents[0].usd.toFixed(2), '0.04');
    assert.deepEqual(
      run.moneyCurve.map(({ value }) => value.toFixed(2)),
      ['0.02', '0.04'],
    );
  });

  it('counts what a lost attempt may have cost', () => {
    const journal = agentStarted(begun());
    journal.add('chat.attempt', 'T1.implementer/1', {
      agent: 'T1.implementer',
      turn: 1,
      attempt: 1,
      status: null,
      note: 'stream cut',
      lost: { usd: 0.01, tokens: 300 },
    });
    turn(journal, 'T1.implementer', 1, 900);
    const run = reduce(journal.events);
    assert.equal(run.spend.usd.toFixed(2), '0.03');
    assert.equal(totalTokens(run.spend), 1500);
    assert.deepEqual(
      run.markers.map(({ kind, label }) => [kind, label]),
      [['refused', 'stream cut']],
    );
  });

  it('draws turns and tool calls in the lane of their agent, failed commands as failed', () => {
    const journal = agentStarted(begun());
    turn(journal, 'T1.implementer', 1, 900);
    tool(journal, 'T1.implementer', 1, 'bash', 50, { exit: 1, summary: 'npm test' });
    const [, chat, call] = reduce(journal.events).bars;
    assert.deepEqual(
      [chat?.kind, chat?.lane, chat?.task, chat?.thoughtMs, chat?.usd],
      ['chat', 'agent:T1.implementer', 'T1', 300, 0.02],
    );
    assert.deepEqual([call?.kind, call?.label, call?.ok], ['tool', 'bash npm test', false]);
    assert.equal((call?.end ?? 0) - (call?.start ?? 0), 50);
  });

  it('keeps lanes in the order agents began, then commands, twins and holdouts', () => {
    const journal = begun();
    for (const agent of ['planner', 'T2.implementer', 'T1.implementer']) agentStarted(journal, agent);
    journal.add('twin.call', 'tw', {
      twin: 'slack',
      method: 'chat.postMessage',
      status: 429,
      answered: 'ratelimited',
      task: 'T1',
    });
    agentStarted(journal, 'debugger.1');
    assert.deepEqual(
      lanesOf(reduce(journal.events)).map(({ label }) => label),
      ['Planner', 'T2 implementer', 'T1 implementer', 'Debugger 1', 'Commands', 'Slack twin', 'Holdouts'],
    );
  });

  it('marks a requirement done when the journal says so, and hidden by the latest verdicts that are shown', () => {
    const verdict = (
      scenario: string,
      round: number,
      passed: boolean,
    ): ['validate.verdict', string, EventData['validate.verdict']] => [
      'validate.verdict',
      scenario,
      { key: '', round, scenario, covers: ['R1', 'R2'], passed },
    ];
    const journal = begun()
      .add('requirement.done', 'done', { requirement: 'R1', files: ['a.js'], checks: ['npm test'] })
      .add('validate.started', 'val', { round: 1, half: 'feedback', scenarios: 2 })
      .wait(10)
      .add(...verdict('H-aaaaaa', 1, false))
      .add(...verdict('H-bbbbbb', 1, false));
    const marks = () =>
      reduce(journal.events).requirements.map(({ done, test, hidden }) => [done, test, hidden]);
    assert.deepEqual(marks(), [
      ['pass', 'pass', 'fail'],
      ['open', 'open', 'fail'],
      ['open', 'open', 'open'],
    ]);
    journal.add('validate.started', 'val2', { round: 2, half: 'feedback', scenarios: 2 });
    journal.add(...verdict('H-aaaaaa', 2, true));
    assert.deepEqual(marks()[1], ['open', 'open', 'fail'], 'the other one still failed');
    journal.add(...verdict('H-bbbbbb', 2, true));
    assert.deepEqual(marks()[1], ['open', 'open', 'pass']);
    const validation = reduce(journal.events).bars.find(({ kind }) => kind === 'validate');
    assert.deepEqual([validation?.ok, (validation?.end ?? 0) - (validation?.start ?? 0)], [false, 10]);
  });

  it('sums told bits and keeps what the ledger has left', () => {
    const told = { key: '', round: 1, kind: 'requirement', told: 'R2', bits: 1.6, left: 8.4 } as const;
    const run = reduce(begun().add('validate.told', 'v', told).events);
    assert.deepEqual([run.spend.bitsTold, run.spend.bitsLeft], [1.6, 8.4]);
    assert.deepEqual(
      run.bitsCurve.map(({ value }) => value),
      [1.6],
    );
  });

  it('waits at a gate until it is approved', () => {
    const journal = begun().add('gate.waiting', 'g', { gate: 'delivery', reason: 'a person sees it first' });
    assert.equal(reduce(journal.events).gate?.gate, 'delivery');
    journal.add('gate.approved', 'g', { gate: 'delivery', by: 'me' });
    assert.equal(reduce(journal.events).gate, null);
  });

  it('ends with an outcome, and nothing runs afterwards', () => {
    const journal = agentStarted(begun().add('stage.started', 's', { stage: 'build' }));
    journal.add('chat.started', 'c', { agent: 'T1.implementer', turn: 1, model: 'sonnet' }).wait(30);
    journal.add('run.finished', 'run', { outcome: 'over-budget', reason: 'The budget ended.', decidedBy: 3 });
    const run = reduce(journal.events);
    assert.deepEqual([run.outcome?.outcome, run.outcome?.decidedBy], ['over-budget', 3]);
    assert.equal(run.stages[2]?.state, 'stopped');
    assert.equal(run.agents[0]?.state, 'stopped');
    assert.ok(run.bars.every(({ end }) => end !== null));
  });

  it('records branch and report', () => {
    const run = reduce(
      begun()
        .add('deliver.branch', 'd', { key: '', branch: 'factory/changelog-7f3a', commit: 'c', tree: 't' })
        .add('deliver.report', 'd', { key: '', file: 'report.md', digest: 'd' }).events,
    );
    assert.deepEqual(run.branch, {
      name: 'factory/changelog-7f3a',
      commit: 'c',
      tree: 't',
      patch: null,
      active: [],
    });
    assert.equal(run.report?.file, 'report.md');
  });
});

describe('reduce after a crash', () => {
  it('goes on with the same stage and agent, and ends what was in flight with its last sign of life', () => {
    const journal = agentStarted(begun().add('stage.started', 's1', { stage: 'build' }));
    journal.wait(1000).add('chat.started', 'c1', { agent: 'T1.implementer', turn: 1, model: 'sonnet' });
    const died = journal.now;
    journal.wait(60_000).add('run.resumed', 'run', { pid: 43, host: 'here' });
    agentStarted(journal.add('stage.started', 's2', { stage: 'build' }));
    turn(journal, 'T1.implementer', 1, 500);
    const run = reduce(journal.events);
    assert.equal(run.header?.pid, 43);
    assert.equal(run.stages[2]?.round, 1);
    assert.equal(run.agents.length, 1);
    assert.deepEqual(
      run.bars.filter(({ kind }) => kind === 'chat').map(({ end, ok }) => [end, ok]),
      [
        [died, null],
        [journal.now, true],
      ],
    );
    assert.equal(run.bars.filter(({ kind }) => kind === 'agent').length, 1);
  });

  it('drops the calls of a round that starts again but keeps its answer and the money', () => {
    const journal = agentStarted(begun());
    turn(journal, 'T1.implementer', 1, 100);
    tool(journal, 'T1.implementer', 1, 'read', 10);
    turn(journal, 'T1.implementer', 2, 100);
    tool(journal, 'T1.implementer', 2, 'edit', 10);
    journal.add('run.resumed', 'run', { pid: 43, host: 'here' });
    journal.add('round.restarted', 'T1.implementer', { agent: 'T1.implementer', turn: 2, commit: 'abc' });
    tool(journal, 'T1.implementer', 2, 'edit', 10);
    const run = reduce(journal.events);
    assert.deepEqual(
      run.bars
        .filter(({ turn }) => turn !== null)
        .map(({ kind, name, turn }) => `${String(turn)} ${kind} ${name}`),
      ['1 chat sonnet', '1 tool read', '2 chat sonnet', '2 tool edit'],
    );
    assert.equal(run.spend.usd.toFixed(2), '0.04');
    for (const [span, index] of run.barOf) assert.equal(run.bars[index]?.span, span);
  });

  it('forgets that it had stopped when a stopped run is resumed', () => {
    const journal = begun()
      .add('stage.started', 's', { stage: 'plan' })
      .add('run.finished', 'run', { outcome: 'needs-human', reason: 'A gate waits.', decidedBy: 1 })
      .add('run.resumed', 'run', { pid: 43, host: 'here' });
    const run = reduce(journal.events);
    assert.equal(run.outcome, null);
    assert.equal(currentStage(run)?.stage, 'plan');
  });

  it('ignores events it has already seen and types it does not know', () => {
    const journal = agentStarted(begun());
    turn(journal, 'T1.implementer', 1, 100);
    const run = reduce(journal.events);
    for (const event of journal.events) applyEvent(run, event);
    const unknown = { ...journal.events[0], seq: 99, type: '__defineGetter__' } as unknown as AnyEvent;
    applyEvent(run, unknown);
    assert.equal(run.agents.length, 1);
    assert.equal(run.spend.usd, 0.02);
    assert.equal(run.lastSeq, 99);
  });
});

describe('applyEvent', () => {
  it('comes to the same state event by event as reduce does at once', () => {
    const journal = agentStarted(begun());
    turn(journal, 'T1.implementer', 1, 100);
    tool(journal, 'T1.implementer', 1, 'bash', 10, { exit: 0, output: text('ok').text });
    const run = emptyRun();
    for (const event of journal.events) applyEvent(run, event);
    assert.deepEqual(run, reduce(journal.events));
  });

  it('does not depend on how many events there were', function () {
    this.timeout(10_000);
    const journal = agentStarted(begun());
    while (journal.events.length < 100_000) {
      turn(journal, 'T1.implementer', journal.events.length, 10);
      tool(journal, 'T1.implementer', journal.events.length, 'bash', 10);
    }
    // A quadratic reducer needs minutes for this; mocha's limit is the only clock.
    assert.equal(reduce(journal.events).bars.length, journal.events.length / 2);
  });
});
