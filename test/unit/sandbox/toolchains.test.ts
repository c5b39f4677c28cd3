import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { withoutOurs } from '../../../src/sandbox/sandbox';
import { resolveToolchains } from '../../../src/sandbox/toolchains';
import { useTemp } from '../../support/temp';

describe('toolchains', () => {
  let root: string;
  const at = (...parts: string[]) => path.join(root, ...parts);

  /** A tool that answers every question with one line. */
  function tool(file: string, answer: string, exit = 0) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho '${answer}'\nexit ${exit}\n`);
    chmodSync(file, 0o755);
  }

  before(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'dark-factory-tools-')));
    tool(at('pyenv/shims/python3'), at('pyenv/versions/3.12'));
    mkdirSync(at('pyenv/versions/3.12/bin'), { recursive: true });
    tool(at('nvm/v24/bin/node'), at('nvm/v24'));
    mkdirSync(at('nvm/v24/etc'));
    writeFileSync(at('nvm/v24/etc/npmrc'), '//registry/:_authToken=secret');
  });
  after(() => rmSync(root, { recursive: true }));

  it('are mounted where they say they are installed, not where PATH leads', async () => {
    const { mounts, path: inside } = await resolveToolchains(`${at('pyenv/shims')}:/usr/bin`);
    const prefix = at('pyenv/versions/3.12');
    assert.deepEqual(mounts, [{ host: prefix, inside: prefix, writable: false }]);
    assert.equal(inside, `${prefix}/bin:/usr/bin:/usr/local/bin:/bin`);
  });

  it('come without files that hold credentials', async () => {
    const { mounts } = await resolveToolchains(at('nvm/v24/bin'));
    assert.deepEqual(mounts, [
      { host: at('nvm/v24'), inside: at('nvm/v24'), writable: false },
      { host: '/dev/null', inside: at('nvm/v24/etc/npmrc'), writable: false },
    ]);
  });

  it('never show a home directory', async () => {
    tool(at('bin/ruby'), homedir());
    tool(at('bin/go'), '/');
    const { mounts, path: inside } = await resolveToolchains(at('bin'));
    assert.deepEqual([mounts, inside], [[], '/usr/local/bin:/usr/bin:/bin']);
  });

  it('of a home are shown by their own folders, and a folder right in it by its programs only', async () => {
    const before = process.env['HOME'];
    process.env['HOME'] = root;
    try {
      tool(at('bin-home/node'), at('tools/node/v24'));
      tool(at('bin-home/python3'), at('.local'));
      for (const folder of ['tools/node/v24/bin', '.local/bin', '.local/share'])
        mkdirSync(at(folder), { recursive: true });
      const { mounts } = await resolveToolchains(at('bin-home'));
      assert.deepEqual(
        mounts.map(({ host }) => host),
        [at('tools/node/v24'), at('.local/bin')],
      );
    } finally {
      process.env['HOME'] = before;
    }
  });

  it('come without our own package, wherever it is installed', async () => {
    tool(at('bin-ours/node'), at('node'));
    const modules = at('node/lib/node_modules');
    for (const name of ['dark-factory/dist', 'npm']) mkdirSync(path.join(modules, name), { recursive: true });
    mkdirSync(at('node/bin'));
    symlinkSync(root, path.join(modules, 'linked'));
    const { mounts } = await resolveToolchains(at('bin-ours'), path.join(modules, 'dark-factory'));
    assert.deepEqual(mounts.map(({ host }) => host).sort(), [at('node/bin'), path.join(modules, 'npm')]);
  });

  it('are passed over when they are under /usr, cannot tell, or point nowhere', async () => {
    symlinkSync('/usr/bin/env', at('system-node'));
    mkdirSync(at('links'));
    symlinkSync('/usr/bin/env', at('links/node'));
    tool(at('broken/rustc'), 'no toolchain', 1);
    tool(at('broken/ruby'), at('absent'));
    const { mounts } = await resolveToolchains([at('links'), at('broken'), 'relative', ''].join(':'));
    assert.deepEqual(mounts, []);
  });
});

describe('our own package', () => {
  const temp = useTemp();

  it('is left out of /usr where it really lies there, whatever leads to it', () => {
    const link = path.join(temp(), 'linked');
    symlinkSync('/usr/share', link);
    const [below] = readdirSync('/usr/share');
    assert.deepEqual(withoutOurs(path.join(link, below!)), ['--tmpfs', '/usr/share']);
    assert.deepEqual(withoutOurs(temp()), []);
    assert.deepEqual(withoutOurs('/usr/absent/dist'), []);
  });
});
