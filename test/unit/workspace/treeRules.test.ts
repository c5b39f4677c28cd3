import assert from 'node:assert/strict';
import { governedMatcher } from '../../../src/workspace/governed';
import { bareLayouts, isOfBareLayout, refusedLink, refusedName } from '../../../src/workspace/treeRules';

describe('rules of a tree', () => {
  it('keeps links that stay inside the folder', () => {
    for (const [file, target] of [
      ['a', 'b'],
      ['a/b', '../c'],
      ['a/b/c', '../../d/e'],
      ['a/b', './c'],
    ] as const) {
      assert.equal(refusedLink(file, target), null, `${file} -> ${target}`);
    }
  });

  it('refuses links that leave the folder, could leave it through another link, or lead into .git', () => {
    for (const [file, target] of [
      ['a', '/etc/passwd'],
      ['a', '..'],
      ['a/b', '../../c'],
      ['a/b', 'c/../../..'],
      ['a', 'b/../../c'],
      ['a', '.git/config'],
      ['a/b', '../.GIT/hooks'],
      ['a', 'C:\\Windows'],
      ['a', '..\\..\\b'],
    ] as const) {
      assert.notEqual(refusedLink(file, target), null, `${file} -> ${target}`);
    }
  });

  it('refuses every spelling of .git that some file system takes for it', () => {
    for (const name of ['.git', 'a/.GIT/config', 'git~1/x', '.g\u200cit/config', '.git. /config']) {
      assert.notEqual(refusedName(name), null, name);
    }
    for (const name of ['.gitignore', '.github/x', 'git', 'a.git/b'])
      assert.equal(refusedName(name), null, name);
  });

  it('finds folders that git takes for a bare repository', () => {
    assert.deepEqual(bareLayouts(['x/HEAD', 'x/objects/a', 'x/refs/heads/b', 'y/HEAD', 'y/refs/a']), ['x']);
    assert.deepEqual(bareLayouts(['x/head', 'X/Objects/a', 'x/REFS/b']), ['x']);
    assert.deepEqual(bareLayouts(['x/HEAD', 'x/commondir']), ['x']);
    assert.deepEqual(bareLayouts(['HEAD', 'objects/a', 'refs/b']), ['']);
    assert.deepEqual(bareLayouts(['src/objects/a', 'src/refs/b']), []);
  });

  it('takes all of a bare repository below the root, but of one in the root only its telling parts', () => {
    assert.ok(isOfBareLayout('x/config', 'x'));
    assert.ok(!isOfBareLayout('xy/config', 'x'));
    assert.ok(isOfBareLayout('refs/heads/a', ''));
    assert.ok(!isOfBareLayout('src/a', ''));
  });
});

describe('governed patterns', () => {
  const governed = governedMatcher(['CLAUDE.md', '.github/workflows/*', '.vscode/**', '**/*.spec.md']);

  it('match whatever the case, the composition or unseen characters', () => {
    for (const file of [
      'claude.MD',
      '.VSCODE/settings.json',
      '.v\u017fcode/settings.json',
      '.vs\u200bcode/settings.json',
      '.vscode./settings.json',
      'docs/A.Spec.md',
      '.GitHub/Workflows/ci.yml',
    ]) {
      assert.ok(governed(file), file);
    }
    assert.ok(governedMatcher(['caf\u00e9.md'])('cafe\u0301.md'));
  });

  it('leave other files alone', () => {
    for (const file of ['src/CLAUDE.md', '.github/CODEOWNERS', 'vscode/a', 'a.spec.ts'])
      assert.ok(!governed(file), file);
  });

  it('match a link that stands for a folder of a pattern, and no other link', () => {
    assert.ok(governed('.github', true));
    assert.ok(governed('.GITHUB/workflows', true));
    assert.ok(governed('.vscode', true));
    assert.ok(!governed('docs', true));
  });
});
