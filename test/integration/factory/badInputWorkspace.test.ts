import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli, type CliResult } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import { factoryBranches, runArgs, runFolders, runTiny, stateOfRun, testKey } from '../../support/tinyRun';

describe('a workspace that is not as tidy as it could be', function () {
  this.timeout(90_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  beforeEach(async () => {
    project = makeTinyProject(temp());
    model = await startScriptedModel(byAgent(tinyScript()));
  });
  afterEach(() => model.close());

  const inWorkspace = (name: string): string => path.join(project.workspace, name);
  const git = (...args: string[]): string => personGit(project.workspace, ...args);

  /** Everything a person sees of their repository, but for the factory's own branches. */
  function seen(): unknown {
    return {
      head: readFileSync(inWorkspace('.git/HEAD'), 'utf8'),
      status: git('status', '--porcelain', '--ignored'),
      staged: git('diff', '--cached'),
      refs: git('for-each-ref')
        .split('\n')
        .filter((line) => line && !line.includes('refs/heads/factory/')),
      config: readFileSync(inWorkspace('.git/config'), 'utf8'),
      stash: git('stash', 'list'),
    };
  }

  async function deliveredBranch(result: CliResult): Promise<string> {
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.equal((await stateOfRun(project.store)).outcome?.outcome, 'accepted');
    const [branch = '', ...others] = factoryBranches(project.workspace);
    assert.deepEqual(others, []);
    assert.match(git('show', `${branch}:greet.mjs`), /Hello/);
    return branch;
  }

  it('with a detached HEAD gets its branch, and HEAD stays where it is', async () => {
    git('checkout', '-q', '--detach');
    const before = seen();
    const branch = await deliveredBranch(await runTiny(project, model.baseUrl));
    assert.deepEqual(seen(), before);
    assert.equal(git('merge-base', 'HEAD', branch), git('rev-parse', 'HEAD'));
  });

  it('before its first commit gets its branch, and stays before its first commit', async () => {
    rmSync(inWorkspace('.git'), { recursive: true });
    git('init', '-q', '-b', 'main');
    const before = seen();
    await deliveredBranch(await runTiny(project, model.baseUrl));
    assert.deepEqual(seen(), before);
    assert.throws(() => git('rev-parse', '--verify', '-q', 'HEAD'));
  });

  it('with uncommitted changes has them in the snapshot, and keeps them as they were', async () => {
    writeFileSync(inWorkspace('kept.txt'), 'first\n');
    writeFileSync(inWorkspace('gone.txt'), 'gone\n');
    writeFileSync(inWorkspace('.gitignore'), 'ignored.txt\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'More');
    writeFileSync(inWorkspace('kept.txt'), 'staged\n');
    git('add', 'kept.txt');
    writeFileSync(inWorkspace('kept.txt'), 'changed\n');
    writeFileSync(inWorkspace('new.txt'), 'new\n');
    writeFileSync(inWorkspace('ignored.txt'), 'ignored\n');
    rmSync(inWorkspace('gone.txt'));
    const before = seen();

    const branch = await deliveredBranch(await runTiny(project, model.baseUrl));
    assert.deepEqual(seen(), before);
    assert.equal(readFileSync(inWorkspace('kept.txt'), 'utf8'), 'changed\n');
    assert.equal(readFileSync(inWorkspace('ignored.txt'), 'utf8'), 'ignored\n');
    assert.equal(git('show', `${branch}:kept.txt`), 'changed');
    assert.deepEqual(git('ls-tree', '-r', '--name-only', branch).split('\n'), [
      '.gitignore',
      'CLAUDE.md',
      'greet.mjs',
      'greet.spec.md',
      'greet.test.mjs',
      'kept.txt',
      'new.txt',
    ]);
  });

  it('that is a subfolder of a repository gets a branch of the whole repository', async () => {
    const outer = temp();
    const { spec, store, holdouts } = project;
    rmSync(inWorkspace('.git'), { recursive: true });
    rmSync(holdouts, { recursive: true });
    writeFileSync(path.join(outer, 'README.md'), 'Outer.\n');
    writeFileSync(path.join(outer, '.gitignore'), 'store/\n');
    personGit(outer, 'init', '-q', '-b', 'main');
    personGit(outer, 'add', '-A');
    personGit(outer, 'commit', '-q', '-m', 'Start');
    const result = await cli(['run', spec, '--store', store, '--base-url', model.baseUrl], testKey);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const [branch = ''] = factoryBranches(outer);
    assert.deepEqual(personGit(outer, 'diff', '--name-only', 'main', branch).split('\n'), [
      'project/greet.mjs',
      'project/greet.test.mjs',
    ]);
    assert.equal(personGit(outer, 'status', '--porcelain'), '');
  });

  it('without git gets a patch that makes the result', async () => {
    rmSync(inWorkspace('.git'), { recursive: true });
    const result = await runTiny(project, model.baseUrl);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const patch = /^Patch +(\S+result\.patch)$/m.exec(result.stdout)?.[1] ?? '';
    assert.doesNotMatch(result.stdout, /^Branch|factory\//m);
    assert.match(result.stdout, /^Outcome +accepted: .* Patch \S+result\.patch\.$/m);
    assert.ok(!existsSync(inWorkspace('.git')) && !existsSync(inWorkspace('greet.mjs')));
    git('init', '-q');
    git('apply', patch);
    assert.match(readFileSync(inWorkspace('greet.mjs'), 'utf8'), /Hello/);
  });

  it('is run on twice at the same time, and each run gets a branch of its own', async () => {
    const results = await Promise.all([runTiny(project, model.baseUrl), runTiny(project, model.baseUrl)]);
    for (const { code, stdout, stderr } of results) assert.equal(code, 0, stdout + stderr);
    assert.equal(runFolders(project.store).length, 2);
    const branches = factoryBranches(project.workspace);
    assert.equal(branches.length, 2);
    for (const branch of branches) assert.match(git('show', `${branch}:greet.mjs`), /Hello/);
  });

  const refused: Record<string, { make: () => void; says: RegExp }> = {
    'with a repository inside': {
      make() {
        mkdirSync(inWorkspace('inner'));
        writeFileSync(inWorkspace('inner/a.txt'), 'a\n');
        personGit(inWorkspace('inner'), 'init', '-q');
        personGit(inWorkspace('inner'), 'add', '-A');
        personGit(inWorkspace('inner'), 'commit', '-q', '-m', 'Inner');
      },
      says: /inner/,
    },
    'with a link that leaves it': {
      make: () => symlinkSync('/etc/hostname', inWorkspace('outside')),
      says: /outside/,
    },
  };
  for (const [what, { make, says }] of Object.entries(refused)) {
    it(`${what} is refused with what to do, before anything begins`, async () => {
      make();
      const before = seen();
      const result = await cli([...runArgs(project, model.baseUrl), '--json'], testKey);
      const error = JSON.parse(result.stderr) as { code: string; message: string; hint: string };
      assert.match(error.message, says);
      assert.equal(result.code, 2, result.stderr);
      assert.ok(error.hint.length > 10);
      assert.deepEqual(runFolders(project.store), []);
      assert.deepEqual(seen(), before);
      assert.equal(model.requests.length, 0);
    });
  }
});
