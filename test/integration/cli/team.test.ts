import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli } from '../../support/cli';
import { useTemp } from '../../support/temp';
import { cliOnTerminal } from '../../support/terminal';
import { makeTinyProject, type TinyProject } from '../../support/tinyProject';

/** One member of a team, on a machine of their own. */
interface Person {
  project: TinyProject;
  where: string[];
  card: string;
  identity: string;
}

describe('dark-factory holdouts of a team', function () {
  this.timeout(60_000);
  const temp = useTemp();
  const team = () => path.join(temp(), 'team');
  const holdouts = ({ where }: Person, ...args: string[]) => cli(['holdouts', ...args, ...where]);
  const confirm = ({ where }: Person, words: string, ...args: string[]) =>
    cliOnTerminal(['holdouts', ...args, ...where], [[`Type "${words}"`, words]]);

  async function person(name: string): Promise<Person> {
    mkdirSync(path.join(temp(), name));
    const project = makeTinyProject(path.join(temp(), name));
    const made = await cli(['holdouts', 'identity', name]);
    const identity = path.join(temp(), name, 'identity.txt');
    const secret = /^AGE-SECRET-KEY-\S+$/m.exec(made.stderr)?.[0] ?? '';
    writeFileSync(identity, `# of ${name}\n${secret}\n`, { mode: 0o600 });
    const where = ['--workspace', project.workspace, '--store', project.store];
    return { project, where, card: made.stdout.trim(), identity };
  }
  const as = ({ identity }: Person) => ['--identity', identity];

  it('shares scenarios with those whom a person admitted, and with nobody else', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    assert.equal((await holdouts(ann, 'admit', ann.card)).code, 3, 'only a person says so');
    for (const one of [ann, bob]) {
      const own = one === ann ? 'ann' : 'bob';
      const made = await confirm(one, `admit ${own}`, 'admit', one.card);
      assert.match(made.stdout, /fingerprint is ([0-9a-f]{4}-){7}[0-9a-f]{4}[\s\S]*shown once/);
    }
    assert.equal((await holdouts(ann, 'import', ann.project.holdouts, ...as(ann))).code, 0);
    const alone = await holdouts(ann, 'share', team(), ...as(ann));
    assert.match(alone.stdout, /^Shared with ann: /);
    const refused = await holdouts(bob, 'receive', team(), ...as(bob));
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, /not for this identity/);

    assert.equal((await confirm(ann, 'admit bob', 'admit', bob.card, ...as(ann))).code, 0);
    await holdouts(ann, 'share', team(), ...as(ann));
    assert.match((await holdouts(bob, 'receive', team(), ...as(bob))).stderr, /ann \(.+\), who is no member/);
    assert.equal((await confirm(bob, 'admit ann', 'admit', ann.card, ...as(bob))).code, 0);
    const received = await holdouts(bob, 'receive', team(), ...as(bob));
    assert.match(received.stdout, /^From ann: 4 new, 0 updated, 0 retired\.\n$/);
    const lists = [await holdouts(ann, 'list', ...as(ann)), await holdouts(bob, 'list', ...as(bob))];
    const ids = lists.map(({ stdout }) => (stdout.match(/^H-\S+ +\w+/gm) ?? []).sort());
    assert.equal(ids[0]?.length, 4);
    assert.deepEqual(ids[0], ids[1]);

    const gone = await confirm(ann, 'dismiss bob', 'dismiss', 'bob', ...as(ann));
    assert.match(gone.stdout, /4 scenarios were retired/);
    assert.match((await holdouts(ann, 'members', ...as(ann))).stdout, /^ann {2}\S+\n$/);
    await holdouts(ann, 'share', team(), ...as(ann));
    assert.match((await holdouts(bob, 'receive', team(), ...as(bob))).stderr, /not for this identity/);
  });

  it('takes an identity from no place where agents work, and shares into none', async () => {
    const ann = await person('ann');
    await confirm(ann, 'admit ann', 'admit', ann.card);
    const inside = path.join(ann.project.workspace, 'identity.txt');
    writeFileSync(inside, 'AGE-SECRET-KEY-1\n', { mode: 0o600 });
    const refused = await holdouts(ann, 'members', '--identity', inside);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /lies in the workspace/);
    rmSync(inside);
    const shared = path.join(ann.project.workspace, 'shared');
    assert.match(
      (await holdouts(ann, 'share', shared, ...as(ann))).stderr,
      /the workspace, where agents work/,
    );
    assert.ok(!readdirSync(ann.project.workspace).includes('shared'));
  });
});
