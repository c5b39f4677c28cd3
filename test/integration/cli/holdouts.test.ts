import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileAnchor } from '../../../src/factory/vaultAnchor';
import { openGivenRecord } from '../../../src/holdouts/givenRecord';
import { cli, startCli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';
import { cliOnTerminal } from '../../support/terminal';
import { makeTinyProject, type TinyProject } from '../../support/tinyProject';

describe('dark-factory holdouts', function () {
  this.timeout(60_000);
  const temp = useTemp();
  let project: TinyProject;
  let where: string[];
  let env: Record<string, string>;
  const holdouts = (...args: string[]) => cli(['holdouts', ...args, ...where], env);
  const keyIn = (output: string) => /^[A-Za-z0-9+/]{43}=(?=\r?$)/m.exec(output)?.[0] ?? '';
  const idsIn = (output: string) => output.match(/^H-[a-z2-9]{6}/gm) ?? [];

  beforeEach(async () => {
    project = makeTinyProject(temp());
    where = ['--workspace', project.workspace, '--store', project.store];
    env = {};
    const { stderr } = await holdouts('import', project.holdouts);
    env = { DARK_FACTORY_VAULT_KEY: keyIn(stderr) };
  });

  const vaultDir = () => {
    const [id = ''] = readdirSync(path.join(project.store, 'workspaces')).filter((name) => name !== 'lock');
    return path.join(project.store, 'workspaces', id, 'vault');
  };

  it('removes scenarios by their ids, all or none', async () => {
    const [first = '', second = ''] = idsIn((await holdouts('list')).stdout);
    const refused = await holdouts('remove', first, 'H-nobody');
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /nothing was removed/);
    assert.equal((await holdouts('remove', first, second)).code, 0);
    assert.equal(idsIn((await holdouts('list')).stdout).length, 2);
  });

  it('shows a new key only with a vault that it opens, and seals the share the policy says', async () => {
    mkdirSync(path.join(temp(), 'other'));
    const other = makeTinyProject(path.join(temp(), 'other'));
    const first = (folder: string) =>
      cli(['holdouts', 'import', folder, '--workspace', other.workspace, '--store', other.store]);
    const bad = path.join(temp(), 'bad');
    mkdirSync(bad);
    for (const text of [undefined, 'id: bad\n']) {
      if (text !== undefined) writeFileSync(path.join(bad, 'bad.scenario.yaml'), text);
      const refused = await first(bad);
      assert.notEqual(refused.code, 0);
      assert.equal(keyIn(refused.stderr), '', refused.stderr);
    }
    mkdirSync(path.join(other.workspace, '.factory'));
    writeFileSync(
      path.join(other.workspace, '.factory', 'policy.yaml'),
      'version: 1\nholdouts: { sealed: 1 }\n',
    );
    const { code, stderr } = await first(other.holdouts);
    assert.equal(code, 0, stderr);
    const listed = await cli(['holdouts', 'list', '--workspace', other.workspace, '--store', other.store], {
      DARK_FACTORY_VAULT_KEY: keyIn(stderr),
    });
    assert.equal(listed.stdout.match(/ sealed /g)?.length, 4, listed.stdout + listed.stderr);
  });

  it('changes the key, shows the new one once, and opens with that alone', async () => {
    const before = idsIn((await holdouts('list')).stdout);
    const rotated = await holdouts('rotate');
    assert.equal(rotated.code, 0, rotated.stderr);
    const old = await holdouts('list');
    assert.equal(old.code, 2);
    assert.match(old.stderr, /another key/);
    env = { DARK_FACTORY_VAULT_KEY: keyIn(rotated.stderr) };
    assert.deepEqual(idsIn((await holdouts('list')).stdout), before);
  });

  it('exports only what a person at a terminal confirms, outside of the workspace, over nothing', async () => {
    const out = path.join(temp(), 'out');
    const unasked = await holdouts('export', out);
    assert.equal(unasked.code, 3, unasked.stderr);
    const inside = await holdouts('export', path.join(project.workspace, 'plain'));
    assert.equal(inside.code, 2);
    assert.ok(!existsSync(path.join(project.workspace, 'plain')));
    const args = ['holdouts', 'export', out, ...where];
    const declined = await cliOnTerminal(args, [['to go on: ', 'yes']], env);
    assert.equal(declined.code, 130, declined.stdout);
    const interrupted = await cliOnTerminal(args, [['to go on: ', '\u0003']], env);
    assert.equal(interrupted.code, 130, interrupted.stdout);
    assert.deepEqual(readdirSync(out), []);
    const done = await cliOnTerminal(args, [['to go on: ', 'export 4 scenarios']], env);
    assert.equal(done.code, 0, done.stdout);
    const texts = (folder: string) =>
      readdirSync(folder)
        .map((name) => readFileSync(path.join(folder, name), 'utf8'))
        .sort();
    assert.deepEqual(texts(out), texts(project.holdouts));
    const again = await cliOnTerminal(args, [['to go on: ', 'export 4 scenarios']], env);
    assert.equal(again.code, 6, again.stdout);
    const record = readFileSync(path.join(vaultDir(), '..', 'decryptions.jsonl'), 'utf8');
    assert.match(record, /"why":"exporting"/);
  });

  it('takes a passphrase instead of the key, typed unseen', async () => {
    const words = 'correct horse battery';
    const set = await cliOnTerminal(
      ['holdouts', 'passphrase', ...where],
      [
        ['New passphrase: ', words],
        ['Once more: ', words],
      ],
      env,
    );
    assert.equal(set.code, 0, set.stdout);
    assert.doesNotMatch(set.stdout, /horse/);
    const asked: [string, string][] = [['identity: ', words]];
    const listed = await cliOnTerminal(['holdouts', 'list', ...where], asked);
    assert.equal(idsIn(listed.stdout.replaceAll('\r', '')).length, 4, listed.stdout);
    const wrong = await cli(['holdouts', 'list', ...where], {
      DARK_FACTORY_VAULT_KEY: 'correct horse batteru',
    });
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /not the passphrase/);

    assert.equal((await holdouts('rotate')).code, 3);
    const [next, short] = ['another horse battery', 'horse'].map((one): [string, string][] => [
      ['New passphrase: ', one],
      ['Once more: ', one],
    ]);
    const refused = await cliOnTerminal(['holdouts', 'rotate', ...where], short!, env);
    assert.equal(refused.code, 2, refused.stdout);
    assert.equal(keyIn(refused.stdout), '');
    const rotated = await cliOnTerminal(['holdouts', 'rotate', ...where], next!, env);
    assert.equal(rotated.code, 0, rotated.stdout);
    env = { DARK_FACTORY_VAULT_KEY: 'another horse battery' };
    assert.equal(idsIn((await holdouts('list')).stdout).length, 4);
  });

  it('reveals only what a person at a terminal confirms, which burns it', async () => {
    const [first = '', second = ''] = idsIn((await holdouts('list')).stdout);
    assert.equal((await holdouts('reveal', first)).code, 3);
    const reveal = (id: string, ...answers: [string, string][]) =>
      cliOnTerminal(['holdouts', 'reveal', id, ...where], answers, env);
    const declined = await reveal(first, ['to go on: ', 'yes']);
    assert.equal(declined.code, 130, declined.stdout);
    assert.equal(idsIn((await holdouts('list')).stdout).length, 4);

    const printed = await reveal(first, ['to go on: ', `burn ${first}`], ['[y/N] ', 'n']);
    assert.equal(printed.code, 0, printed.stdout);
    assert.match(printed.stdout, /^covers: \[R\d/m);
    assert.deepEqual(readdirSync(project.workspace).includes('holdouts-revealed'), false);
    const written = await reveal(second, ['to go on: ', `burn ${second}`], ['[y/N] ', 'y']);
    assert.equal(written.code, 0, written.stdout);
    const [name = ''] = readdirSync(path.join(project.workspace, 'holdouts-revealed'));
    const text = readFileSync(path.join(project.workspace, 'holdouts-revealed', name), 'utf8');
    assert.ok(
      readdirSync(project.holdouts).some(
        (file) => text === readFileSync(path.join(project.holdouts, file), 'utf8'),
      ),
    );

    const left = idsIn((await holdouts('list')).stdout);
    assert.equal(left.length, 2);
    assert.ok(!left.includes(first) && !left.includes(second));
    const again = await holdouts('import', project.holdouts);
    assert.equal(again.code, 1);
    assert.match(again.stdout, /0 imported, 0 updated, 2 unchanged, 2 refused/);
    assert.match(again.stderr, /was revealed, so that it hides nothing any more/);
  });

  it('misses a vault that is gone or went back, until a person accepts it', async () => {
    renameSync(vaultDir(), `${vaultDir()}.gone`);
    mkdirSync(vaultDir());
    for (const args of [['list'], ['import', project.holdouts]]) {
      const { code, stderr } = await holdouts(...args);
      assert.equal(code, 6, stderr);
      assert.match(stderr, /gone or empty.+holdouts accept/);
    }
    assert.equal((await holdouts('accept')).code, 3);
    const accepted = await cliOnTerminal(['holdouts', 'accept', ...where], [['to go on: ', 'accept']]);
    assert.equal(accepted.code, 0, accepted.stdout);
    assert.equal((await holdouts('import', project.holdouts)).code, 0);

    // The record beside the vaults is accepted in the same way, by itself.
    const dir = path.join(project.store, 'given');
    const anchor = fileAnchor(project.store, 'given');
    await (await openGivenRecord(dir, anchor)).place('w1', [{ own: 'a', content: 'a' }], 1);
    rmSync(dir, { recursive: true });
    const given = await cliOnTerminal(['holdouts', 'accept', ...where], [['to go on: ', 'accept']]);
    assert.match(given.stdout, /given with --holdouts is older than it was, or gone/);
    assert.equal(await anchor.read(), undefined);
    assert.equal(idsIn((await holdouts('list')).stdout).length, 4);
  });

  it('does not run without the scenarios of a vault that is gone', async () => {
    rmSync(vaultDir(), { recursive: true });
    const { code, stderr } = await cli(['run', project.spec, '--store', project.store], {
      ...env,
      ANTHROPIC_API_KEY: 'sk-test-key',
    });
    assert.equal(code, 6, stderr);
    assert.match(stderr, /gone or empty/);
  });

  it('loses nothing when several processes write at once, one of which is killed', async () => {
    const folders = [0, 1, 2, 3, 4, 5].map((n) => {
      const folder = path.join(temp(), `more${n}`);
      mkdirSync(folder);
      for (const k of [0, 1, 2]) {
        const text = `id: more-${n}-${k}\ncovers: [R1]\nsteps: [{ run: ["${n}", "${k}"] }]\n`;
        writeFileSync(path.join(folder, `${k}.scenario.yaml`), text);
      }
      return folder;
    });
    const victim = startCli(['holdouts', 'import', folders[5]!, ...where], env);
    const others = folders.slice(0, 5).map((folder) => holdouts('import', folder));
    setTimeout(() => victim.kill('SIGKILL'), 120);
    for (const { code, stderr } of await Promise.all(others)) assert.equal(code, 0, stderr);
    await victim.done;
    assert.equal((await holdouts('import', folders[5]!)).code, 0);
    assert.equal(idsIn((await holdouts('list')).stdout).length, 4 + 18);
  });

  it('says where the plain text still lies, and deletes the files when told to', async () => {
    const name = 'one.scenario.yaml';
    const plain = path.join(project.holdouts, name);
    writeFileSync(`${plain}~`, 'older');
    // Once committed to the project, and deleted from it again.
    writeFileSync(path.join(project.workspace, name), readFileSync(plain));
    personGit(project.workspace, 'add', '-A');
    personGit(project.workspace, 'commit', '-q', '-m', 'Oops');
    personGit(project.workspace, 'rm', '-q', name);
    personGit(project.workspace, 'commit', '-q', '-m', 'Remove');
    const { code, stdout } = await cliOnTerminal(
      ['holdouts', 'import', project.holdouts, ...where],
      [['[y/N] ', 'y']],
      env,
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Warning: the git history \(commit [0-9a-f]+\) of .+ still holds 1/);
    assert.match(stdout, /Warning: backup files beside them still hold 1/);
    assert.ok(!existsSync(plain));
    assert.equal(idsIn((await holdouts('list')).stdout).length, 4);
  });
});
