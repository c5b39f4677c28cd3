import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FactoryError } from '../../../src/shared/errors';
import { checkpoint } from '../../../src/workspace/checkpoint';
import { deliverBranch, type Delivery } from '../../../src/workspace/deliver';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { mergeResult, undoMerge } from '../../../src/workspace/mergeResult';
import { addWorktree } from '../../../src/workspace/worktree';
import {
  personGit,
  personRepository,
  removeFolders,
  temporaryFolder,
  writeFiles,
} from '../../support/gitRepo';

const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'src/c.txt': 'c\n' };
const branch = 'factory/bot-1a2b';

/** A run on a folder whose agents wrote `changes` (null deletes). */
async function resultOf(folder: string, changes: Record<string, string | null>): Promise<Delivery> {
  const dir = temporaryFolder('run');
  const repo = await createFactoryRepo(path.join(dir, 'repo'), folder);
  const worktree = await addWorktree(repo, 'T1', repo.snapshot);
  for (const [file, text] of Object.entries(changes)) {
    if (text === null) rmSync(path.join(worktree.path, file));
    else writeFiles(worktree.path, { [file]: text });
  }
  const { commit } = await checkpoint(worktree, 'Work of the agents');
  return { repo, commit, folder, branch, dir };
}

/** Everything of the person's that delivery must not touch. */
function untouched(folder: string): unknown {
  const dir = path.join(folder, '.git');
  return {
    status: personGit(folder, 'status', '--porcelain'),
    others: personGit(folder, 'for-each-ref').replace(/^.*refs\/heads\/factory\/.*\n?/gm, ''),
    head: readFileSync(path.join(dir, 'HEAD'), 'utf8'),
    index: readFileSync(path.join(dir, 'index')).toString('base64'),
    config: readFileSync(path.join(dir, 'config'), 'utf8'),
    log: readFileSync(path.join(dir, 'logs/HEAD'), 'utf8'),
    names: readdirSync(dir).sort(),
  };
}

/** Names and contents of the folder's files, without git's. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((file) => !file.startsWith('.git/'))
      .sort()
      .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  );
}

describe('delivery', () => {
  after(removeFolders);

  it('makes one branch with the history of HEAD and touches nothing else', async () => {
    const folder = personRepository(files);
    writeFiles(folder, { 'a.txt': 'a2\n' });
    personGit(folder, 'commit', '-qam', 'second');
    writeFiles(folder, { 'b.txt': 'uncommitted\n', 'staged.txt': 's\n' });
    personGit(folder, 'add', 'staged.txt');
    const delivery = await resultOf(folder, { 'new.txt': 'n\n' });
    const before = untouched(folder);
    assert.deepEqual(await deliverBranch(delivery), { branch });
    assert.deepEqual(untouched(folder), before);
    assert.equal(personGit(folder, 'rev-parse', branch), delivery.commit);
    assert.equal(
      personGit(folder, 'log', '--format=%s', branch),
      'Work of the agents\nSnapshot of the workspace\nsecond\nfirst',
    );
    assert.equal(personGit(folder, 'merge-base', branch, 'HEAD'), personGit(folder, 'rev-parse', 'HEAD'));
    assert.equal(personGit(folder, 'show', `${branch}:new.txt`), 'n');
    assert.equal(personGit(folder, 'rev-parse', '--is-shallow-repository'), 'false');
    personGit(folder, 'fsck', '--strict');
  });

  it('again changes nothing, and leaves a branch of that name with other content alone', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, { 'new.txt': 'n' });
    personGit(folder, 'branch', branch);
    const theirs = personGit(folder, 'rev-parse', branch);
    assert.deepEqual(await deliverBranch(delivery), { branch: `${branch}-2` });
    assert.deepEqual(await deliverBranch(delivery), { branch: `${branch}-2` });
    assert.equal(personGit(folder, 'rev-parse', branch), theirs);
    assert.equal(personGit(folder, 'for-each-ref', '--format=x', 'refs/heads/factory/'), 'x\nx');
  });

  it('works after HEAD was amended, from a detached or unborn HEAD and in a shallow clone', async () => {
    const amended = personRepository(files);
    const first = await resultOf(amended, { 'new.txt': 'n' });
    personGit(amended, 'commit', '-q', '--amend', '-m', 'amended');
    await deliverBranch(first);
    assert.equal(personGit(amended, 'show', `${branch}:new.txt`), 'n');

    const detached = personRepository(files);
    personGit(detached, 'checkout', '-q', '--detach');
    personGit(detached, 'commit', '-q', '--allow-empty', '-m', 'on no branch');
    await deliverBranch(await resultOf(detached, { 'new.txt': 'n' }));
    assert.equal(personGit(detached, 'show', `${branch}:new.txt`), 'n');

    const unborn = temporaryFolder();
    personGit(unborn, 'init', '-q');
    await deliverBranch(await resultOf(unborn, { 'new.txt': 'n' }));
    assert.equal(personGit(unborn, 'show', `${branch}:new.txt`), 'n');

    const shallow = path.join(temporaryFolder(), 'clone');
    personGit(amended, 'commit', '-q', '--allow-empty', '-m', 'more');
    personGit(amended, 'clone', '-q', '--depth', '1', `file://${amended}`, shallow);
    await deliverBranch(await resultOf(shallow, { 'new.txt': 'n' }));
    assert.equal(personGit(shallow, 'rev-list', '--count', branch), '3');
  });

  it('of a subfolder changes that folder of the whole repository', async () => {
    const top = personRepository({ 'root.txt': 'r', 'pkg/a/a.txt': 'a' });
    await deliverBranch(await resultOf(path.join(top, 'pkg/a'), { 'new.txt': 'n' }));
    assert.equal(personGit(top, 'diff', '--name-status', 'HEAD', branch), 'A\tpkg/a/new.txt');
  });

  it('runs no hook or monitor of the repository', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, { 'new.txt': 'n' });
    const marker = path.join(temporaryFolder(), 'marker');
    const hooks = path.join(folder, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const name of ['reference-transaction', 'post-merge', 'post-index-change', 'fsmonitor']) {
      writeFileSync(path.join(hooks, name), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    personGit(folder, 'config', 'core.fsmonitor', path.join(hooks, 'fsmonitor'));
    await deliverBranch(delivery);
    await mergeResult(delivery.repo, { result: delivery.commit, agreed: [] });
    assert.ok(!existsSync(marker));
    personGit(folder, 'update-ref', 'refs/heads/x', 'HEAD');
    assert.ok(existsSync(marker), 'the trap itself works');
  });

  it('says what stands in the way when git refuses, and leaves no branch', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, { 'new.txt': 'n' });
    personGit(folder, 'branch', 'factory');
    await assert.rejects(deliverBranch(delivery), (error: FactoryError) => {
      assert.match(error.message, /The branch factory\/bot-1a2b could not be made in .*refs\/heads\/factory/);
      return error.hint.includes('resume');
    });
    assert.equal(personGit(folder, 'for-each-ref', '--format=%(refname)', 'refs/heads/factory/'), '');
    personGit(folder, 'branch', '-D', 'factory');
    assert.deepEqual(await deliverBranch(delivery), { branch });
  });

  it('killed at any moment leaves the whole branch or none', async () => {
    const folder = personRepository(files);
    const big = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`big/${n}`, `${n}`.repeat(2000)]));
    const delivery = await resultOf(folder, big);
    for (const ms of [0, 2, 5, 10, 20, 40, 80]) {
      const killer = new AbortController();
      const attempt = deliverBranch({ ...delivery, signal: killer.signal }).then(
        () => true,
        (error: FactoryError) => {
          assert.equal(error.code, 'cancelled');
          return false;
        },
      );
      await delay(ms);
      killer.abort();
      const done = await attempt;
      const found = personGit(folder, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
      if (done || found) assert.equal(found, delivery.commit);
      personGit(folder, 'fsck', '--strict', '--no-dangling');
      if (found) personGit(folder, 'branch', '-D', branch);
    }
    assert.deepEqual(await deliverBranch(delivery), { branch });
  });

  it('without git writes a patch, and nothing into the folder', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, files);
    const delivery = await resultOf(folder, { 'a.txt': 'a2\n', 'new.bin': '\0\u0001', 'b.txt': null });
    const before = contents(folder);
    const delivered = await deliverBranch(delivery);
    assert.deepEqual(contents(folder), before);
    assert.equal(delivered.patch, path.join(delivery.dir, 'result.patch'));
    const copy = temporaryFolder();
    writeFiles(copy, files);
    personGit(copy, 'apply', delivered.patch);
    assert.deepEqual(contents(copy), { 'a.txt': 'a2\n', 'new.bin': '\0\u0001', 'src/c.txt': 'c\n' });
  });
});

describe('merging the result into the folder', () => {
  after(removeFolders);

  const changes = { 'a.txt': 'result\n', 'new/d.txt': 'd\n', 'b.txt': null };
  const merge = ({ repo, commit }: Delivery): ReturnType<typeof mergeResult> =>
    mergeResult(repo, { result: commit, agreed: [] });

  for (const [kind, make] of [
    ['a git repository', () => personRepository(files)],
    [
      'a plain folder',
      () => {
        const folder = temporaryFolder();
        writeFiles(folder, files);
        return folder;
      },
    ],
  ] as const) {
    it(`writes what the factory changed beside what the person did since, in ${kind}`, async () => {
      const folder = make();
      writeFiles(folder, { 'before.txt': 'b\n' });
      const delivery = await resultOf(folder, changes);
      writeFiles(folder, { 'src/c.txt': 'mine\n', 'later.txt': 'l\n' });
      const before = contents(folder);
      const merged = await merge(delivery);
      assert.deepEqual(contents(folder), {
        'a.txt': 'result\n',
        'before.txt': 'b\n',
        'later.txt': 'l\n',
        'new/d.txt': 'd\n',
        'src/c.txt': 'mine\n',
      });
      assert.deepEqual(merged.paths, ['a.txt', 'b.txt', 'new/d.txt']);
      assert.equal(merged.asJudged, false);
      writeFiles(folder, { 'after.txt': 'x\n' });
      await undoMerge(delivery.repo, merged);
      assert.deepEqual(contents(folder), { ...before, 'after.txt': 'x\n' });
    });
  }

  it('is what was judged when the person changed nothing, and leaves index and HEAD alone', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, changes);
    const index = personGit(folder, 'ls-files', '-s');
    assert.equal((await merge(delivery)).asJudged, true);
    assert.equal(personGit(folder, 'ls-files', '-s'), index);
    assert.equal(personGit(folder, 'status', '--porcelain'), 'M a.txt\n D b.txt\n?? new/');
    assert.deepEqual((await merge(delivery)).paths, [], 'merging again changes nothing');
  });

  it('turns a folder into a file and a file into a folder', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, { 'src/c.txt': null, 'a.txt': null });
    const worktree = await addWorktree(delivery.repo, 'T2', delivery.commit);
    writeFiles(worktree.path, { src: 'file\n', 'a.txt/inner': 'i\n' });
    const { commit } = await checkpoint(worktree, 'x');
    await mergeResult(delivery.repo, { result: commit, agreed: [] });
    assert.deepEqual(contents(folder), { 'a.txt/inner': 'i\n', 'b.txt': 'b\n', src: 'file\n' });
  });

  it('refuses conflicts with the list and changes nothing', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, changes);
    writeFiles(folder, { 'a.txt': 'mine\n', 'b.txt': 'mine too\n' });
    const before = contents(folder);
    await assert.rejects(merge(delivery), (error: FactoryError) => {
      assert.match(error.message, /conflict in: a\.txt, b\.txt\./);
      return error.code === 'needs-human';
    });
    assert.deepEqual(contents(folder), before);
  });

  it('does not write over an ignored file of the person', async () => {
    const folder = personRepository({ ...files, '.gitignore': '*.local\n' });
    for (const [theirs, mine] of [
      ['x.local', 'x.local'],
      ['x.local/deep', 'x.local'],
      ['x', 'x/y.local'],
    ] as const) {
      const delivery = await resultOf(folder, { 'a.txt': 'result\n', '.gitignore': '', [theirs]: 'theirs' });
      writeFiles(folder, { [mine]: 'mine' });
      const before = contents(folder);
      await assert.rejects(merge(delivery), (error: Error) =>
        error.message.endsWith(`${mine} is in the way.`),
      );
      assert.deepEqual(contents(folder), before);
      rmSync(path.join(folder, mine));
    }
  });

  it('merges into a subfolder and keeps the person’s line ends', async () => {
    const top = personRepository({
      'root.txt': 'r',
      'pkg/a.bat': 'one\r\n',
      'pkg/.gitattributes': '*.bat text eol=crlf\n',
    });
    const folder = path.join(top, 'pkg');
    const delivery = await resultOf(folder, { 'a.bat': 'one\ntwo\n' });
    await merge(delivery);
    assert.equal(contents(folder)['a.bat'], 'one\r\ntwo\r\n');
    assert.equal(personGit(top, 'diff', '--stat').split('\n')[0]?.trim(), 'pkg/a.bat | 1 +');
  });

  it('puts everything back when git dies half-way', async () => {
    const folder = personRepository(files);
    const delivery = await resultOf(folder, {
      'a.txt': 'result\n',
      'b.txt': null,
      'm/small': 's',
      'z.txt': 'z'.repeat(99_999),
    });
    const before = contents(folder);
    await withDyingGit(async () => {
      await assert.rejects(merge(delivery), /was not merged into .*, which is as it was/);
    });
    assert.deepEqual(contents(folder), before);
    await merge(delivery);
    assert.equal(contents(folder)['z.txt']?.length, 99_999);
  });
});

/** Puts a git on PATH that the kernel ends when it writes a large file while moving a folder on. */
async function withDyingGit(work: () => Promise<void>): Promise<void> {
  const { PATH = '' } = process.env;
  const dir = temporaryFolder('bin');
  const script = `#!/bin/sh
case "$*" in *--dry-run*) ;; *read-tree*-m*) ulimit -f 16 ;; esac
PATH='${PATH}' exec git "$@"
`;
  writeFileSync(path.join(dir, 'git'), script);
  chmodSync(path.join(dir, 'git'), 0o755);
  process.env['PATH'] = `${dir}:${PATH}`;
  try {
    await work();
  } finally {
    process.env['PATH'] = PATH;
  }
}
