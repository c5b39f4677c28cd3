import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkMounts, isWithin } from '../../../src/sandbox/mounts';
import type { Mount } from '../../../src/sandbox/types';
import { FactoryError } from '../../../src/shared/errors';

describe('mounts', () => {
  let root: string;
  const at = (...parts: string[]) => path.join(root, ...parts);
  const mount = (host: string, inside: string, writable = false): Mount => ({
    host: at(host),
    inside,
    writable,
  });

  before(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'dark-factory-mounts-')));
    for (const folder of ['worktree/sub', 'tools/bin', 'user/files'])
      mkdirSync(at(folder), { recursive: true });
    symlinkSync(at('user'), at('link'));
  });
  after(() => rmSync(root, { recursive: true }));

  const check = (mounts: Mount[], elsewhere: Mount[] = []) => checkMounts(mounts, [at('user')], elsewhere);
  const refused = (mounts: Mount[], reason: RegExp, elsewhere: Mount[] = []) =>
    assert.throws(
      () => check(mounts, elsewhere),
      (error) => error instanceof FactoryError && error.code === 'bad-input' && reason.test(error.message),
    );

  it('resolves sources and puts outer places before inner ones', () => {
    const checked = check([
      mount('tools/bin', '/data/tools/bin'),
      mount('worktree', '/workspace', true),
      mount('tools', '/data/tools'),
    ]);
    assert.deepEqual(
      checked.map((one) => one.inside),
      ['/data/tools', '/data/tools/bin', '/workspace'],
    );
    assert.equal(check([mount('link/files', '/data')])[0]?.host, at('user/files'));
  });

  it('refuses a place below a writable one', () => {
    refused(
      [mount('worktree', '/workspace', true), mount('tools', '/workspace/tools')],
      /below the writable/,
    );
    check([mount('worktree', '/workspace', true), mount('tools', '/workspaces')]);
  });

  it('refuses a source in a folder that agents write, here or in another sandbox', () => {
    const writable = mount('worktree', '/workspace', true);
    const below = mount('worktree/sub', '/data');
    refused([writable, below], /agents can write/);
    refused([below], /agents can write/, [writable]);
    check([mount('worktree', '/data')], [writable]);
  });

  it('refuses to show a hidden folder, even through a link or from above', () => {
    refused([mount('user', '/data')], /would show/);
    refused([mount('link', '/data')], /would show/);
    refused([mount('', '/data')], /would show/);
  });

  it('refuses places of the sandbox itself', () => {
    for (const inside of [
      '/',
      '/usr',
      '/usr/share/x',
      '/etc/x',
      '/proc',
      '/opt',
      '/opt/factory',
      '/dev/shm',
      '/lib/x',
    ])
      refused([mount('tools', inside)], /belongs to the sandbox/);
  });

  it('refuses relative and crooked places, twice the same, absent and system sources', () => {
    for (const inside of ['data', '/data/../x', '/data/', '/data//x', '/./x'])
      refused([mount('tools', inside)], /dots/);
    refused([mount('tools', '/data'), mount('user/files', '/data')], /same place/);
    refused([mount('absent', '/data')], /does not exist/);
    refused([{ host: '/usr/share', inside: '/data', writable: true }], /sees \/usr/);
  });

  it('knows what lies within what', () => {
    assert.deepEqual(
      [
        isWithin('/a', '/a'),
        isWithin('/a', '/a/..b'),
        isWithin('/a', '/ab'),
        isWithin('/a/b', '/a'),
        isWithin('/', '/a'),
      ],
      [true, true, false, false, true],
    );
  });
});
