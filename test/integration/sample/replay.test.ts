import assert from 'node:assert/strict';
import { appendFileSync, cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyEvent } from '../../../src/shared/events';
import { reduce } from '../../../src/shared/reduce';
import type { RunState } from '../../../src/shared/runState';
import { readJournal } from '../../../src/trace/tail';
import { cli, startCli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { holdouts, recordedScript, recording, workspace } from './sample';

/** The turns whose answers a journal holds, as the endpoint names them. */
function answeredTurns(events: readonly AnyEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'chat.finished' ? [`${event.data.agent} ${event.data.turn - 1}`] : [],
  );
}

/** Verdicts without the ids, which each vault draws anew. */
function verdictsOf({ verdicts }: RunState): string[] {
  return verdicts.map(({ covers, passed }) => `${covers.join()} ${passed}`).sort();
}

describe('the sample, replayed', function () {
  this.timeout(900_000);
  const temp = useTemp();
  const folder = (): string => path.join(temp(), 'changelog');
  const store = (): string => path.join(temp(), 'store');

  beforeEach(() => {
    cpSync(workspace, folder(), { recursive: true });
    personGit(folder(), 'init', '-q', '-b', 'main');
    personGit(folder(), 'add', '-A');
    personGit(folder(), 'commit', '-q', '-m', 'Start');
  });

  const spec = (): string => path.join(folder(), 'changelog.spec.md');
  const args = (): string[] => [
    ...['run', spec(), '--store', store(), '--holdouts', holdouts, '--source', `replay:${recording}`],
  ];

  const runFolder = (): string | undefined =>
    globSync('workspaces/*/runs/*', { cwd: store() }).map((dir) => path.join(store(), dir))[0];
  const journal = (): string => path.join(runFolder() ?? store(), 'journal.jsonl');
  const eventCount = (): number =>
    existsSync(journal()) ? readFileSync(journal(), 'utf8').split('\n').length - 1 : 0;

  /** What a finished run left: verdicts and the tree of its branch, which is removed with its store. */
  async function takeResult(): Promise<{ state: RunState; tree: string; events: number }> {
    const state = reduce(await readJournal(journal()));
    const name = state.branch?.name ?? '';
    const tree = personGit(folder(), 'rev-parse', `${name}^{tree}`);
    const events = eventCount();
    personGit(folder(), 'branch', '-D', name);
    rmSync(store(), { recursive: true });
    return { state, tree, events };
  }

  it('is accepted, and the same after kill -9 at ten moments', async () => {
    const whole = await cli(args());
    assert.equal(whole.code, 0, whole.stdout + whole.stderr);
    const first = await takeResult();
    assert.ok(first.state.requirements.every((requirement) => requirement.done === 'pass'));
    assert.equal(first.state.verdicts.length, 23);

    // The same answers from an endpoint, where requests can be counted.
    const model = await startScriptedModel(await recordedScript());
    const asked = (): string[] => model.requests.map(({ agent, turn }) => `${agent} ${turn}`);
    const run = ['run', spec(), '--store', store(), '--holdouts', holdouts, '--base-url', model.baseUrl];
    const resume = (): string[] => ['resume', path.basename(runFolder() ?? ''), '--store', store()];
    const key = { ANTHROPIC_API_KEY: 'sk-test-key' };
    const moments = Array.from({ length: 10 }, (_, n) => Math.round((first.events * (n + 1)) / 11));
    const deaths: { answered: string[]; requests: number }[] = [];
    try {
      for (const moment of moments) {
        const running = startCli(deaths.length === 0 ? run : resume(), key);
        while (eventCount() < moment) await sleep(5);
        running.kill('SIGKILL');
        await running.done;
        deaths.push({ answered: answeredTurns(await readJournal(journal())), requests: asked().length });
      }
      const before = await readJournal(journal());
      assert.ok(!before.some((event) => event.type === 'run.finished'), 'it ended before it was killed');
      const resumed = await cli(resume(), key);
      assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    } finally {
      await model.close();
    }
    for (const { answered, requests } of deaths) {
      const later = new Set(asked().slice(requests));
      assert.deepEqual(
        answered.filter((turn) => later.has(turn)),
        [],
        'what was answered is not asked again',
      );
    }
    const second = await takeResult();
    assert.equal(second.tree, first.tree);
    assert.deepEqual(verdictsOf(second.state), verdictsOf(first.state));
  });

  it('refuses to replay for another text of the spec', async () => {
    appendFileSync(spec(), '\n');
    const refused = await cli(args());
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /recording .* was made for another text of changelog\.spec\.md/);
    assert.deepEqual(globSync('workspaces/*/runs/*', { cwd: store() }), []);
  });
});
