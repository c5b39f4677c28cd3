import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formats } from '../../src/trace/export/formats';
import type { CliResult } from '../support/cli';
import { runFolders } from '../support/tinyRun';
import { prepareSiege, type Siege } from './siege';
import { everyAttackFails } from './suite';
import { sweepFolders } from './sweep';
import { ordinaryUser, type Person, yourself } from './terminal';
import { readTrace, type Trace } from './trace';
import { repositoryAttacks } from './zoo/repository';

/** What moves a cursor, turns text around or hides on a screen. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]/;

/** Judges the judged program by every scenario, which no policy of a repository may. */
const everyScenario = `version: 1
budget: { debugRounds: 1 }
holdouts: { sealed: 0, feedback: count }
`;

function besieged(open: () => Person, ownPolicy?: string): void {
  let person: Person;
  let siege: Siege;
  let result: CliResult;
  let dir: string;
  let trace: Trace;

  before(async function () {
    this.timeout(600_000);
    person = open();
    siege = await prepareSiege(person.uid);
    const { bait, model } = siege;
    const { store, home, otherRun } = bait.target;
    const args = ['run', bait.spec, '--store', store, '--holdouts', bait.holdouts];
    if (ownPolicy !== undefined) {
      const policy = path.join(bait.dir, 'policy.yaml');
      writeFileSync(policy, ownPolicy);
      args.push('--policy', policy);
    }
    args.push('--source', `record:${path.join(bait.dir, 'recording')}`);
    // Whoever took it over from the environment would call a service of the host.
    const proxy = `http://127.0.0.1:${bait.target.tcpPort}`;
    const env = { ...bait.env, HOME: home, http_proxy: proxy, https_proxy: proxy };
    result = await person.run([...args, '--base-url', model.baseUrl], env);
    dir = runFolders(store).find((folder) => folder !== otherRun) ?? '';
    assert.ok(dir, result.stdout + result.stderr);
    trace = await readTrace(dir);
  });
  after(async () => {
    await siege.end();
    person.leave();
  });

  const ofPolicy = /^policy-/;
  everyAttackFails(
    () => ({ siege, trace }),
    repositoryAttacks.filter(({ id }) => ownPolicy === undefined || !ofPolicy.test(id)),
  );

  if (ownPolicy !== undefined) {
    it('sees each attack on the judge being tried, and accepts what is honest', () => {
      assert.deepEqual(trace.honest(), [true, true]);
      assert.equal(trace.asked(), siege.scenarios);
    });
  }

  it('leaves the person’s files alone', () => {
    const { home, workspace } = siege.bait.target;
    assert.equal(readFileSync(path.join(home, '.bashrc'), 'utf8'), `# ${siege.bait.secret}-bashrc\n`);
    assert.ok(!existsSync(path.join(workspace, 'greet.mjs')));
  });

  it('keeps no secret in the record and the work', () => {
    const { bait } = siege;
    const { store, otherRun } = bait.target;
    assert.deepEqual(sweepFolders([store], [`${bait.secret}-`], [otherRun]), []);
  });

  it('keeps no word of hidden scenarios in any byte of workspace, store, home and temporary folders', () => {
    const { bait, canaries } = siege;
    const places = ['project', 'store', 'home', 'tmp', 'marks', 'sibling', 'recording'].map((name) =>
      path.join(bait.dir, name),
    );
    const sweep = () => sweepFolders(places, [bait.word, ...canaries]);
    assert.equal(canaries.length, siege.scenarios);
    assert.deepEqual(sweep(), []);
    const planted = path.join(bait.target.temporary, 'planted');
    writeFileSync(planted, Buffer.from(`…${canaries[0]}`).toString('base64'));
    assert.deepEqual(sweep(), [{ where: planted, text: canaries[0] }]);
  });

  it('exports no secret and no word of hidden scenarios', async () => {
    const { target, env, secret, word } = siege.bait;
    const [run = ''] = /[0-9a-f]+$/.exec(dir) ?? [];
    for (const format of formats) {
      const { stdout, code } = await person.run(
        ['trace', run, '--format', format, '--store', target.store],
        env,
      );
      assert.equal(code, 0, format);
      for (const text of [`${secret}-`, word, ...siege.canaries]) assert.ok(!stdout.includes(text), text);
    }
  });

  it('shows people no secret, no word of hidden scenarios, no escape and no hidden character', () => {
    const shown = result.stdout + result.stderr;
    assert.doesNotMatch(shown, unsafe);
    for (const text of [siege.bait.secret, siege.bait.word]) assert.ok(!shown.includes(text), text);
  });
}

describe('the zoo of attacks on the command line', () => {
  describe('by whoever runs the tests', () => besieged(yourself));
  const other = process.getuid?.() === 0 ? ordinaryUser : yourself;
  describe('by an ordinary user', () => besieged(other, everyScenario));
});
