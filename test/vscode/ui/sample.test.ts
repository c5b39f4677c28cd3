import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { personGit } from '../../support/gitRepo';
import { VsCode } from '../../support/vscode/page';

describe('the sample in the window, with no key', function () {
  this.timeout(300_000);
  let folder: string;
  let code: VsCode;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'df-window-sample-'));
    cpSync('media/samples/changelog/workspace', folder, { recursive: true });
    personGit(folder, 'init', '-q', '-b', 'main');
    personGit(folder, 'add', '-A');
    personGit(folder, 'commit', '-q', '-m', 'Start');
    code = await VsCode.open({ folder });
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await code.shot(`failed ${this.currentTest.title}`);
  });
  after(async () => {
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('replays its recording from a click above the spec to an accepted branch', async () => {
    await code.showViews();
    await code.openFile('changelog.spec.md');
    const timeline = await code.clickLens('Run Factory on Spec', () => code.webview('Timeline'));
    await timeline.getByText('Planner').first().waitFor();
    await code.shot('sample-live');
    await code.notification('changelog.spec.md: accepted', 240_000);
    await code.shot('sample-accepted');
    const branches = personGit(folder, 'branch', '--list', 'factory/*', '--format=%(refname:short)')
      .trim()
      .split('\n');
    assert.equal(branches.length, 1);
    assert.match(personGit(folder, 'ls-tree', '-r', '--name-only', branches[0] ?? ''), /^src\/cli\.js$/m);
    assert.equal(personGit(folder, 'status', '--porcelain').trim(), '');
    await code.dismissNotifications();
  });

  it('shows how it was made: a turn, the report, the changes', async () => {
    await code.unfold('Build', 'From commit', 'commits.implementer');
    await code.row('turn 2').click();
    const inspector = await code.webview('Trace Inspector');
    await inspector.getByRole('heading', { name: /Turn 2/ }).waitFor();
    await code.shot('sample-turn');
    await code.command('Dark Factory: Open Report');
    await code.webviewWith('what the factory made');
    await code.shot('sample-report');
    await code.command('Dark Factory: Review Changes');
    await code.page.locator('.multiDiffEntry').first().waitFor();
    await code.shot('sample-review');
  });

  it('is merged into the open folder, where its own tests are then', async () => {
    await code.command('Dark Factory: Merge Result');
    await code.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Merge' }).click();
    await code.notification('is in the open folder');
    await code.shot('sample-merged');
    assert.match(personGit(folder, 'status', '--porcelain'), /src\//);
  });
});
