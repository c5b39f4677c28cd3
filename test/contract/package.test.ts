import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What a package may hold; everything else is a mistake in .vscodeignore. */
const allowed = [
  /^(package|package\.nls)\.json$/,
  /^(README|CHANGELOG)\.md$/i,
  /^LICENSE$/,
  /^dist\/(chunks\/|twin\/(chunks\/)?)?[\w-]+\.m?js$/,
  /^dist\/webview\/([\w-]+\.js|codicon\.(css|ttf))$/,
  /^media\/(icon\.png|activity\.svg|factory-\w+\.svg|[\w-]+\.json|spec[\w-]*\.tmLanguage\.json)$/,
  /^media\/(walkthrough|docs)\/[\w-]+\.md$/,
  /^media\/schemas\/[\w.-]+\.json$/,
  /^media\/samples\/(changelog|offboarding)\//,
];

/** What the extension cannot do without, once it is built. */
const needed = ['package.json', 'package.nls.json', 'media/icon.png', 'media/activity.svg'];

describe('the package', () => {
  let files: string[];
  before(function () {
    this.timeout(60_000);
    const vsce = path.resolve('node_modules/@vscode/vsce/vsce');
    const listed = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { encoding: 'utf8' });
    files = listed.split('\n').filter(Boolean);
  });

  it('holds nothing but what it may', () => {
    assert.deepEqual(
      files.filter((file) => !allowed.some((pattern) => pattern.test(file))),
      [],
    );
  });

  it('holds what the extension needs', () => {
    const built = existsSync('dist') ? readdirSync('dist').filter((name) => name.endsWith('.js')) : [];
    const wanted = [...needed, ...built.map((name) => `dist/${name}`)];
    assert.deepEqual(
      wanted.filter((file) => !files.includes(file)),
      [],
    );
  });
});
