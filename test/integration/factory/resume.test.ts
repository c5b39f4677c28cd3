import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kept } from '../../../src/factory/kept';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { openGivenRecord } from '../../../src/holdouts/givenRecord';
import { openVault } from '../../../src/holdouts/vault';
import type { AnyEvent } from '../../../src/shared/events';
import { reduce } from '../../../src/shared/reduce';
import { readJournal } from '../../../src/trace/tail';
import { cli, type CliResult, type RunningCli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import {
  badProgram,
  makeTinyProject,
  mendAnswers,
  type TinyProject,
  tinyScript,
} from '../../support/tinyProject';
import { rewind, startTiny, testKey } from '../../support/tinyRun';

/** Numbers of journaled events at which the process is killed; a whole run has more than the last of them. */
const moments = [3, 9, 15, 22, 29, 37, 46, 56, 66, 76];

describe('resume after kill -9', function () {
  this.timeout(60_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(async () => {
    project = makeTinyProject(temp());
    model = await startScriptedModel(byAgent({ ...tinyScript(badProgram), 'debugger.1': mendAnswers }));
  });
  afterEach(() => model.close());

  function runFolder(): string | undefined {
    return globSync('workspaces/*/runs/*/journal.jsonl', { cwd: project.store }).map((file) =>
      path.join(project.store, path.dirname(file)),
    )[0];
  }

  function eventCount(): number {
    const dir = runFolder();
    if (!dir) return 0;
    return readFileSync(path.join(dir, 'journal.jsonl'), 'utf8').split('\n').length - 1;
  }

  /** Kills the process when the journal holds this many events. */
  async function killAt(running: RunningCli, events: number): Promise<void> {
    let ended = false;
    void running.done.then(() => (ended = true));
    while (!ended && eventCount() < events) await sleep(2);
    running.kill('SIGKILL');
    await running.done;
  }

  /** The newest run as if its process had died right after an event; what later ones did outside stays done. */
  async function forgetAfter(isLast: (event: AnyEvent) => boolean): Promise<{ id: string; dir: string }> {
    const dir = runFolder() ?? '';
    const lines = readFileSync(path.join(dir, 'journal.jsonl'), 'utf8').split('\n').slice(0, -1);
    const last = lines.findLastIndex((line) => isLast(JSON.parse(line) as AnyEvent));
    await rewind(project.store, dir, lines.slice(0, last + 1));
    return { id: /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '', dir };
  }

  const branches = (): string[] =>
    personGit(project.workspace, 'for-each-ref', '--format=%(objectname)', 'refs/heads/factory')
      .trim()
      .split('\n');

  it('delivers once when it died between the branch and its journal line', async () => {
    await startTiny(project, model.baseUrl).done;
    const before = branches();
    const { id } = await forgetAfter(
      (event) => event.type === 'stage.finished' && event.data.stage === 'validate',
    );
    assert.equal((await cli(['resume', id, '--store', project.store], testKey)).code, 0);
    assert.equal(before.length, 1);
    assert.deepEqual(branches(), before);
  });

  it('does not take attempts of later rounds for those of the round it comes past again', async () => {
    const policy = path.join(temp(), 'policy.yaml');
    writeFileSync(policy, 'version: 1\nholdouts: { sealed: 1, attempts: 2 }\n');
    const { spec, store, holdouts } = project;
    const args = ['run', spec, '--store', store, '--holdouts', holdouts, '--policy', policy];
    const first = await cli([...args, '--base-url', model.baseUrl], testKey);
    assert.equal(first.code, 0, first.stdout + first.stderr);
    const { id, dir } = await forgetAfter((event) => event.type === 'validate.verdict');
    const { workspaceId } = JSON.parse(readFileSync(path.join(dir, 'request.json'), 'utf8')) as Kept;
    const key = readFileSync(path.join(dir, 'vault.key'));
    const vault = await openVault({ dir: path.join(dir, 'vault'), key, workspaceId });
    const record = await openGivenRecord(path.join(store, 'given'), fileAnchor(store, 'given'));
    const ids = vault.list().map((scenario) => scenario.id);
    await record.meter.debit('sealed', 1, ids, { bits: 10, attempts: 2 });

    const resumed = await cli(['resume', id, '--store', project.store], testKey);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  });

  it('refuses a journal whose end was cut off before something was told', async () => {
    await startTiny(project, model.baseUrl).done;
    const { id, dir } = await forgetAfter(
      (event) => event.type === 'stage.finished' && event.data.stage === 'build',
    );
    const resumed = await cli(['resume', id, '--store', project.store], testKey);
    assert.equal(resumed.code, 6, resumed.stdout + resumed.stderr);
    assert.match(resumed.stderr, /not as it was left/);
    rmSync(path.join(dir, 'journal.jsonl'));
    const again = await cli(['resume', id, '--store', project.store], testKey);
    assert.equal(again.code, 6, again.stdout + again.stderr);
    assert.match(again.stderr, /lines at its end are missing/);
  });

  it('seals the holdouts anew when it died before their key was written', async () => {
    await killAt(startTiny(project, model.baseUrl), 3);
    const { id, dir } = await forgetAfter(() => false);
    rmSync(path.join(dir, 'vault.key'));
    const resumed = await cli(['resume', id, '--store', project.store], testKey);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  });

  it('refuses to go on when the request, the spec or the policy it keeps has changed', async () => {
    await killAt(startTiny(project, model.baseUrl), 22);
    const dir = runFolder() ?? '';
    const id = /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '';
    const resume = (): Promise<CliResult> => cli(['resume', id, '--store', project.store], testKey);
    const changes: [string, (text: string) => string][] = [
      ['policy.json', (text) => text.replace('"accept":1', '"accept":0')],
      ['request.json', (text) => text.replace(model.baseUrl, 'http://127.0.0.1:9')],
      ['spec.md', (text) => text.replace('MUST print', 'MAY print')],
    ];
    for (const [name, change] of changes) {
      const file = path.join(dir, name);
      const text = readFileSync(file, 'utf8');
      assert.notEqual(change(text), text, name);
      writeFileSync(file, change(text));
      const { code, stderr } = await resume();
      assert.equal(code, 6, name);
      assert.match(
        stderr,
        /request\.json was tampered with: it, the spec or the policy beside it is not what /,
      );
      writeFileSync(file, text);
    }
  });

  it('refuses a record that is cut, rehashed, forged or from elsewhere, and verify says so', async () => {
    await killAt(startTiny(project, model.baseUrl), 37);
    const dir = runFolder() ?? '';
    const id = /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '';
    const file = path.join(dir, 'journal.jsonl');
    const whole = readFileSync(file, 'utf8');
    const lines = whole.split('\n').slice(0, -1);
    const shape = lines.map((line) => JSON.parse(line) as AnyEvent & { mac?: string });
    // The plan was on the disk before anybody began to work on it; the newest lines may not have been.
    const planned = shape.findIndex((event) => event.type === 'chat.finished');

    /** The lines with a chain that fits again, as anyone can make it. */
    const rehashed = (events: object[]): string[] => {
      let prev = '0'.repeat(64);
      return events.map((event, seq) => {
        const { mac } = event as { mac?: string };
        const text = JSON.stringify({ ...event, seq, prev, hash: undefined, mac: undefined });
        prev = createHash('sha256').update(text).digest('hex');
        return `${text.slice(0, -1)},"hash":"${prev}","mac":"${mac ?? ''}"}`;
      });
    };
    const verdict = {
      ...shape.at(-1)!,
      type: 'validate.verdict',
      data: { key: 'verdict/1/H-000000', passed: true },
    };
    const attempts: Record<string, [string[], RegExp]> = {
      'a piece less': [lines.slice(0, planned), /lines at its end are missing/],
      'no line': [[], /lines at its end are missing/],
      'a line left out and rehashed': [rehashed(shape.toSpliced(5, 1)), /line 6: not signed with the key/],
      'a line more': [rehashed([...shape, verdict]), /line \d+: not signed with the key/],
      'a key of every object': [
        [...lines.slice(0, 3), lines[3]!.replace('"data":{', '"data":{"__proto__":{"x":1},')],
        /line 4: /,
      ],
    };
    for (const [what, [kept, says]] of Object.entries(attempts)) {
      writeFileSync(file, kept.map((line) => `${line}\n`).join(''));
      const resumed = await cli(['resume', id, '--store', project.store], testKey);
      assert.equal(resumed.code, 6, what);
      assert.match(resumed.stderr, says, what);
      const verified = await cli(['verify', id, '--store', project.store]);
      assert.equal(verified.code, 1, what);
    }
    writeFileSync(file, whole);
    renameSync(file, `${file}.real`);
    symlinkSync(`${file}.real`, file);
    const linked = await cli(['resume', id, '--store', project.store], testKey);
    assert.match(linked.stderr, /journal\.jsonl is a link: this run was not made here\./);
  });

  for (const moment of moments) {
    it(`ends the same when it died at event ${moment}`, async () => {
      await killAt(startTiny(project, model.baseUrl), moment);
      const dir = runFolder() ?? '';
      const before = await readJournal(path.join(dir, 'journal.jsonl'));
      assert.ok(!before.some((event) => event.type === 'run.finished'), 'it ended before it was killed');
      const id = /-([0-9a-f]+)$/.exec(dir)?.[1] ?? '';

      const result = await cli(['resume', id, '--store', project.store], testKey);
      assert.equal(result.code, 0, result.stdout + result.stderr);
      const state = reduce(await readJournal(path.join(dir, 'journal.jsonl')));
      assert.equal(state.outcome?.outcome, 'accepted');
      const files = personGit(project.workspace, 'ls-tree', '-r', '--name-only', state.branch?.name ?? '');
      assert.deepEqual(files.trim().split('\n'), [
        'CLAUDE.md',
        'greet.mjs',
        'greet.spec.md',
        'greet.test.mjs',
      ]);
      const program = personGit(project.workspace, 'show', `${state.branch?.name}:greet.mjs`);
      assert.match(program, /for \(const name of names\)/);

      const asked = model.requests.map((request) => `${request.agent} ${request.turn}`);
      const repeated = asked.length - new Set(asked).size;
      // Implementer and tester work at the same time: each may have had one call in flight.
      assert.ok(repeated <= 2, asked.join(', '));
      const answered = before.flatMap((event) =>
        event.type === 'chat.finished' ? [`${event.data.agent} ${event.data.turn - 1}`] : [],
      );
      for (const one of answered) assert.equal(asked.filter((other) => other === one).length, 1, one);
    });
  }
});
