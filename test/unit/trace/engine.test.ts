import assert from 'node:assert/strict';
import { openEngine, spanOf, toolKeys } from '../../../src/trace/engine';
import { openJournal } from '../../../src/trace/journal';
import { useTemp } from '../../support/temp';

const scope = { span: '0123456789abcdef', parent: null };

describe('engine', () => {
  const temp = useTemp();
  const open = (signal = new AbortController().signal): ReturnType<typeof openEngine> =>
    openEngine(openJournal(temp()), signal);

  it('runs a step once and answers it from the journal afterwards, also in another process', async () => {
    let runs = 0;
    const work = async (): Promise<{ stage: 'plan'; note: string }> => {
      runs += 1;
      return Promise.resolve({ stage: 'plan', note: `run ${runs}` });
    };
    const first = open();
    assert.equal((await first.step('stage.finished', 'stage/plan', scope, work)).note, 'run 1');
    assert.equal((await first.step('stage.finished', 'stage/plan', scope, work)).note, 'run 1');
    await first.journal.close();
    const second = open();
    assert.equal((await second.step('stage.finished', 'stage/plan', scope, work)).note, 'run 1');
    assert.equal(second.resumed, true);
    assert.equal(runs, 1);
    await second.journal.close();
  });

  it('journals nothing of a step that failed, so that it runs again', async () => {
    const engine = open();
    const failing = engine.step('stage.finished', 'a', scope, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    assert.equal(engine.result('stage.finished', 'a'), undefined);
    const done = await engine.step('stage.finished', 'a', scope, () =>
      Promise.resolve({ stage: 'plan', note: 'ok' }),
    );
    assert.equal(done.note, 'ok');
    await engine.journal.close();
  });

  it('forgets the calls of a restarted round and keeps those of others', async () => {
    const engine = open();
    const text = engine.journal.keep('');
    const about = { name: 'read', summary: '', ok: true, exit: null, output: text, input: text };
    for (const [agent, turn] of [
      ['T1', 1],
      ['T1', 2],
      ['T12', 1],
    ] as const) {
      const key = `${toolKeys(agent, turn)}call`;
      await engine.step('tool.finished', key, scope, () =>
        Promise.resolve({ ...about, agent, turn, id: 'call' }),
      );
    }
    engine.emit('round.restarted', { agent: 'T1', turn: 1, commit: 'c' }, scope);
    const known = (agent: string, turn: number): boolean =>
      engine.result('tool.finished', `${toolKeys(agent, turn)}call`) !== undefined;
    assert.deepEqual([known('T1', 1), known('T1', 2), known('T12', 1)], [false, true, true]);
    await engine.journal.close();
    const again = open();
    assert.equal(again.result('tool.finished', `${toolKeys('T1', 1)}call`), undefined);
    assert.ok(again.result('tool.finished', `${toolKeys('T1', 2)}call`));
    await again.journal.close();
  });

  it('begins nothing once the run is told to end', async () => {
    const abort = new AbortController();
    const engine = open(abort.signal);
    abort.abort(new Error('cancelled'));
    await assert.rejects(
      engine.step('stage.finished', 'a', scope, () => assert.fail('must not run')),
      /cancelled/,
    );
    await engine.journal.close();
  });

  it('names spans the same before and after a crash', () => {
    assert.match(spanOf('run', 'chat/T1/1'), /^[0-9a-f]{16}$/);
    assert.equal(spanOf('run', 'chat/T1/1'), spanOf('run', 'chat/T1/1'));
    assert.notEqual(spanOf('run', 'chat/T1/1'), spanOf('other', 'chat/T1/1'));
  });
});
