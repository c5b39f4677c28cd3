import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { ageOpen, ageSeal, newIdentity } from '../../../src/holdouts/age';
import { openGivenRecord } from '../../../src/holdouts/givenRecord';
import { keysOf, memberNamed, unlockByIdentity, wrapKey } from '../../../src/holdouts/identity';
import { cardOf, fingerprintOf, type Member, parseCard } from '../../../src/holdouts/member';
import { openTeam } from '../../../src/holdouts/team';
import { sealShare } from '../../../src/holdouts/teamShare';
import { openVault } from '../../../src/holdouts/vault';
import { useTemp } from '../../support/temp';

const allowance = { bits: 10, attempts: 3 };
const names = ['ann', 'bob', 'eve'] as const;
type Name = (typeof names)[number];

describe('a vault that is shared', () => {
  const temp = useTemp();
  const at = (...parts: string[]) => path.join(temp(), ...parts);
  const identities = {} as Record<Name, string>;
  const cards = {} as Record<Name, Member>;
  const keys: Record<Name, Uint8Array> = { ann: randomBytes(32), bob: randomBytes(32), eve: randomBytes(32) };
  const place = (name: Name) => ({
    dir: at(name, 'vault'),
    workspaceId: name,
    anchor: fileAnchor(at(name), name),
  });
  const vault = (name: Name, key = keys[name]) => openVault({ ...place(name), key });
  const team = (name: Name, key = keys[name]) => openTeam({ ...place(name), key });
  const write = (own: string, asks: string) => {
    mkdirSync(at('plain'), { recursive: true });
    const text = `id: ${own}\ncovers: [R1]\nsteps: [{ run: [${asks}] }]\n`;
    writeFileSync(at('plain', `${own}.scenario.yaml`), text);
  };
  const importPlain = async (name: Name) => (await vault(name)).importFolder(at('plain'));
  const share = async (name: Name) => (await team(name)).share(identities[name]);
  const receive = async (name: Name, file: Uint8Array) => (await team(name)).receive(file, identities[name]);
  const send = async (from: Name, to: Name) => receive(to, (await share(from)).file);
  const idsIn = async (name: Name) =>
    (await vault(name))
      .list()
      .map(({ id }) => id)
      .sort();

  before(async () => {
    for (const name of names) {
      identities[name] = await newIdentity();
      cards[name] = memberNamed(name, await keysOf(identities[name]));
    }
  });
  beforeEach(async () => {
    for (const own of ['a', 'b', 'c', 'd']) write(own, own);
    for (const name of ['ann', 'bob'] as const) {
      mkdirSync(at(name, 'vault'), { recursive: true });
      for (const member of [cards.ann, cards.bob]) await (await team(name)).admit(member);
    }
    await importPlain('ann');
  });

  it('is received with the files of its suites', async () => {
    mkdirSync(at('plain', 'tests'));
    writeFileSync(at('plain', 'tests', 'run.sh'), 'true');
    const suite = 'suite: { files: tests, command: "sh run.sh {{program}}", report: exit }';
    writeFileSync(at('plain', 'suite.scenario.yaml'), `id: suite\ncovers: [R1]\n${suite}\n`);
    const { imported } = await importPlain('ann');
    await send('ann', 'bob');
    const { files } = await (await vault('bob')).scenario(imported.find(({ suite }) => suite)!.id);
    assert.deepEqual(Object.keys(files ?? {}), ['run.sh']);
  });

  it('has cards that say the same to everybody', () => {
    assert.deepEqual(parseCard(`  ${cardOf(cards.ann)}\n`), cards.ann);
    assert.match(fingerprintOf(cards.ann), /^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    assert.notEqual(fingerprintOf(cards.ann), fingerprintOf({ ...cards.ann, signer: cards.bob.signer }));
    for (const text of ['', 'dark-factory-member ann age1x y', `${cardOf(cards.ann)} more`]) {
      assert.throws(() => parseCard(text), { code: 'bad-input' });
    }
  });

  describe('between members', () => {
    it('has the same scenarios, halves and canaries for each', async () => {
      const { from, added, strangers } = await send('ann', 'bob');
      assert.deepEqual([from, added.sort(), strangers], [cards.ann, await idsIn('ann'), []]);
      const [ann, bob] = [await vault('ann'), await vault('bob')];
      const byId = (list: { id: string }[]) => list.sort((a, b) => (a.id < b.id ? -1 : 1));
      assert.deepEqual(byId(bob.list()), byId(ann.list()));
      const values = async (of: typeof ann) => (await of.canaries()).map(({ value }) => value).sort();
      assert.deepEqual(await values(bob), await values(ann));
      assert.deepEqual((await send('ann', 'bob')).added, [], 'again brings nothing');
      assert.deepEqual((await send('bob', 'ann')).added, [], 'and so does the way back');
    });

    it('has one account of what was told, that each of them adds to', async () => {
      await send('ann', 'bob');
      const [id = ''] = await idsIn('ann');
      await (await vault('ann')).debit('feedback', 4, [id], allowance);
      await (await vault('bob')).debit('feedback', 4, [id], allowance);
      await send('ann', 'bob');
      await send('bob', 'ann');
      await send('ann', 'bob');
      for (const name of ['ann', 'bob'] as const) {
        assert.equal((await vault(name)).left('feedback', [id], allowance), 2, name);
        const asked = (await vault(name)).debit('feedback', 3, [id], allowance);
        await assert.rejects(asked, { code: 'needs-human' });
      }
    });

    it('takes the later text of a scenario, and retires what was revealed to somebody', async () => {
      await send('ann', 'bob');
      write('a', 'changed');
      const [{ id } = { id: '' }] = (await importPlain('ann')).updated;
      assert.deepEqual((await send('ann', 'bob')).updated, [id]);
      assert.deepEqual((await send('bob', 'ann')).updated, []);
      assert.match((await (await vault('bob')).burn(id)).text, /changed/);
      assert.deepEqual((await send('bob', 'ann')).retired, [id]);
      assert.ok(!(await idsIn('ann')).includes(id));
    });

    it('counts what was told about a received scenario before, from a folder', async () => {
      const record = await openGivenRecord(at('given'), fileAnchor(temp(), 'given'));
      const asks = JSON.stringify({ given: {}, steps: [{ run: ['a'] }] });
      const [known] = await record.place('bob', [{ own: 'a', content: asks }], 0.5);
      await record.meter.debit('feedback', 4, [known!.id], allowance);
      const { file } = await share('ann');
      const bob = await openTeam({ ...place('bob'), key: keys.bob, known: record.known('bob') });
      await bob.receive(file, identities.bob);
      assert.deepEqual(await idsIn('bob'), await idsIn('ann'), 'the places are the team’s');
      const left = (await vault('bob')).list().map(({ id }) => id);
      const open = await vault('bob');
      assert.deepEqual(left.map((id) => open.left('feedback', [id], allowance)).sort(), [10, 10, 10, 6]);
    });

    it('knows a scenario that both had before they shared', async () => {
      await importPlain('bob');
      const before = await idsIn('bob');
      assert.deepEqual((await send('ann', 'bob')).added, []);
      assert.deepEqual(await idsIn('bob'), before);
    });

    it('is readable for nobody else, and tells others no more than a size', async () => {
      const { file, name } = await share('ann');
      const shown = `${name}${file.toString('latin1')}`;
      const told = [...(await idsIn('ann')), 'covers: [R1]', cards.ann.signer, cards.bob.recipient];
      for (const text of told) assert.ok(!shown.includes(text), text);
      write('e', 'more');
      await importPlain('ann');
      assert.equal((await share('ann')).file.length, file.length);
      mkdirSync(at('eve', 'vault'), { recursive: true });
      for (const member of [cards.eve, cards.ann]) await (await team('eve')).admit(member);
      await assert.rejects(receive('eve', file), { code: 'bad-input', message: /not for this/ });
      await assert.rejects(receive('bob', file.subarray(0, -1)), { code: 'bad-input' });
    });
  });

  describe('with an attacker who can write the shared folder', () => {
    const planted = async (by: Name, from: Member, to = [cards.ann, cards.bob]) => {
      const always = {
        ...({ id: 'H-aaaaaa', half: 'sealed', version: 9, burnt: false } as const),
        text: 'id: always\ncovers: [R1]\nsteps: [{ run: ["true"] }]\n',
        canarySeed: '0'.repeat(32),
        told: { bits: 0, asked: 0, passed: 0 },
      };
      const content = { format: 1, from, to, sequence: 999, scenarios: [always] } as const;
      return sealShare({ ...content, scenarios: [always] }, await keysOf(identities[by]));
    };

    it('takes no scenarios from somebody who is no member, under whatever name', async () => {
      const before = await idsIn('bob');
      await assert.rejects(receive('bob', await planted('eve', cards.eve)), {
        code: 'bad-input',
        message: /by eve \([0-9a-f-]{39}\), who is no member/,
      });
      const asAnn = await planted('eve', { ...cards.eve, name: 'ann' });
      await assert.rejects(receive('bob', asAnn), { message: /no member here/ });
      const forged = await planted('eve', cards.ann);
      await assert.rejects(receive('bob', forged), { message: /not signed by ann/ });
      assert.deepEqual(await idsIn('bob'), before);
    });

    it('takes nobody for a member because a share says so', async () => {
      await (await team('ann')).admit(cards.eve);
      const { strangers } = await send('ann', 'bob');
      assert.deepEqual(strangers, [cards.eve]);
      assert.deepEqual((await team('bob')).members(), [cards.ann, cards.bob]);
      const theirs = await planted('eve', cards.eve);
      await assert.rejects(receive('bob', theirs), { message: /no member/ });
    });

    it('takes nothing that a member made for somebody else, encrypted anew', async () => {
      const forEve = await planted('ann', cards.ann, [cards.ann, cards.eve]);
      const again = await ageSeal([cards.bob.recipient], (await ageOpen(identities.eve, forEve))!);
      await assert.rejects(receive('bob', again), { message: /did not make it for/ });
    });

    it('takes no earlier copy of what a member shared', async () => {
      const { file: older } = await share('ann');
      write('e', 'more');
      await importPlain('ann');
      await send('ann', 'bob');
      await assert.rejects(receive('bob', older), {
        code: 'failed',
        message: /older than what was received/,
      });
    });
  });

  describe('opened by an identity', () => {
    const unlock = (name: Name, vaultOf: Name = 'ann') => {
      const { dir, anchor } = place(vaultOf);
      return unlockByIdentity(dir, anchor, identities[name]);
    };
    const nothing = { code: 'bad-input', message: /opens nothing here/ };

    it('needs no key, for each member', async () => {
      for (const name of ['ann', 'bob'] as const) {
        assert.deepEqual(await unlock(name), Buffer.from(keys.ann));
      }
      await assert.rejects(unlock('eve'), nothing);
      const { dir, anchor } = place('ann');
      await assert.rejects(unlockByIdentity(dir, anchor, 'AGE-SECRET-KEY-1X'), {
        message: /no age identity/,
      });
    });

    it('opens no vault that somebody made and put in its place', async () => {
      const { dir, anchor } = place('ann');
      rmSync(dir, { recursive: true });
      const key = randomBytes(32);
      await (await openTeam({ dir, workspaceId: 'ann', key })).admit(cards.ann);
      const found = await unlock('ann');
      assert.deepEqual(found, key, 'whoever knows a recipient can encrypt for it');
      await assert.rejects(vault('ann', found), { message: /not about this vault/ });
      await anchor.write(undefined);
      await assert.rejects(unlock('ann'), { code: 'needs-human', message: /never opened/ });
    });

    it('is refused when a recipient was swapped in its folder', async () => {
      const { dir } = place('ann');
      const manifests = readdirSync(dir).filter((name) => name.startsWith('manifest'));
      const newest = path.join(dir, manifests.sort().at(-1)!);
      const text = readFileSync(newest, 'utf8');
      writeFileSync(newest, text.replaceAll(cards.bob.recipient, cards.eve.recipient));
      await assert.rejects(vault('ann'), { code: 'failed', message: /manifest was changed/ });
    });

    it('is refused when somebody with the key made another a member behind the person’s back', async () => {
      const open = await vault('ann');
      await (await openTeam({ dir: place('ann').dir, workspaceId: 'ann', key: keys.ann })).admit(cards.eve);
      const stranger = { message: /opened by eve \(.+\), whom nobody made/ };
      await assert.rejects(open.remove(open.list()[0]!.id), stranger);
      await assert.rejects(vault('ann'), stranger);
      await assert.rejects(team('ann'), stranger);
    });

    it('does not open for a member who was dismissed, in a new or an earlier state', async () => {
      const { dir } = place('ann');
      cpSync(dir, `${dir}.before`, { recursive: true });
      const next = randomBytes(32);
      assert.equal(await (await team('ann')).dismiss(cards.bob, { key: next, keep: false }), 4);
      assert.deepEqual((await vault('ann', next)).list(), [], 'what they could read hides nothing any more');
      assert.deepEqual(await unlock('ann'), next);
      await assert.rejects(unlock('bob'), nothing);
      const shared = await (await team('ann', next)).share(identities.ann);
      await assert.rejects(receive('bob', shared.file), { message: /not for this/ });
      rmSync(dir, { recursive: true });
      cpSync(`${dir}.before`, dir, { recursive: true });
      await assert.rejects(vault('ann'), { message: /older than when it was last used/ });
    });

    it('keeps its scenarios when the person says that nobody else read them', async () => {
      const before = await idsIn('ann');
      const next = randomBytes(32);
      await (await team('ann')).dismiss(cards.bob, { key: next, keep: true });
      const after = (await vault('ann', next)).list().map(({ id }) => id);
      assert.deepEqual(after.sort(), before);
      await assert.rejects(vault('ann'), { message: /another key/ });
    });

    it('opens for its members after the key was changed', async () => {
      const next = randomBytes(32);
      await (await vault('ann')).rotate(next, undefined, wrapKey);
      assert.deepEqual(await unlock('bob'), next);
    });
  });
});
