import assert from 'node:assert/strict';
import { appendFileSync, cpSync, globSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reduce } from '../../../src/shared/reduce';
import type { RunState } from '../../../src/shared/runState';
import { readJournal } from '../../../src/trace/tail';
import { cli, startCli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';
import { holdouts, workspace } from './sample';

describe('the sample, replayed', function () {
  this.timeout(300_000);
  const temp = useTemp();
  const folder = (): string => path.join(temp(), 'changelog');
  const store = (): string => path.join(temp(), 'store');

  beforeEach(() => {
    cpSync(workspace, folder(), { recursive: true });
    personGit(folder(), 'init', '-q', '-b', 'main');
    personGit(folder(), 'add', '-A');
    personGit(folder(), 'commit', '-q', '-m', 'Start');
  });

  const args = (): string[] => [
    ...['run', path.join(folder(), 'changelog.spec.md'), '--store', store(), '--holdouts', holdouts],
    ...['--source', `replay:${path.resolve(workspace, '../recording')}`],
  ];

  async function state(): Promise<RunState> {
    const [journal = ''] = globSync('workspaces/*/runs/*/journal.jsonl', { cwd: store() });
    return reduce(await readJournal(path.join(store(), journal)));
  }

  it('is accepted, and again the same after kill -9 in the middle', async () => {
    const whole = await cli(args());
    assert.equal(whole.code, 0, whole.stdout + whole.stderr);
    const first = await state();
    assert.ok(first.requirements.every((requirement) => requirement.done === 'pass'));
    assert.equal(first.verdicts.length, 23);
    const tree = personGit(folder(), 'rev-parse', `${first.branch?.name}^{tree}`);
    personGit(folder(), 'branch', '-D', first.branch?.name ?? '');

    const second = ['--store', path.join(temp(), 'second')];
    const running = startCli(args().toSpliced(2, 2, ...second));
    while (!running.output().includes('command implementer')) await sleep(10);
    running.kill('SIGKILL');
    await running.done;
    const [dir = ''] = globSync('second/workspaces/*/runs/*', { cwd: temp() });
    const id = /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '';
    const resumed = await cli(['resume', id, ...second]);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    const branch = personGit(folder(), 'branch', '--list', 'factory/*', '--format=%(refname:short)').trim();
    assert.equal(personGit(folder(), 'rev-parse', `${branch}^{tree}`), tree);
  });

  it('refuses to replay for another text of the spec', async () => {
    const spec = path.join(folder(), 'changelog.spec.md');
    appendFileSync(spec, '\n');
    const refused = await cli(args());
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /recording .* was made for another text of changelog\.spec\.md/);
    assert.deepEqual(globSync('workspaces/*/runs/*', { cwd: store() }), []);
  });
});
