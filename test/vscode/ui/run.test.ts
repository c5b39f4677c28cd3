import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { evilActiveFiles } from '../../support/activeFiles';
import { personGit } from '../../support/gitRepo';
import { byAgent, startScriptedModel, type Script, type ScriptedModel } from '../../support/scriptedModel';
import { makeTinyProject, tinyScript, type TinyProject } from '../../support/tinyProject';
import { VsCode } from '../../support/vscode/page';

/** A project, an endpoint that answers as scripted, and a window on both; one for each suite. */
function useFactory(script: (dir: string) => Script) {
  let dir: string;
  let project: TinyProject;
  let model: ScriptedModel;
  let code: VsCode;

  before(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'df-window-run-'));
    project = makeTinyProject(dir);
    model = await startScriptedModel(script(dir));
    code = await VsCode.open({
      folder: project.workspace,
      settings: { 'darkFactory.model.baseUrl': model.baseUrl, 'files.simpleDialog.enable': true },
      env: { ANTHROPIC_API_KEY: 'sk-test-key' },
    });
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await code.shot(`failed ${this.currentTest.title}`);
  });
  after(async () => {
    await code.close();
    await model.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return { code: () => code, project: () => project, dir: () => dir };
}

const branchesOf = ({ workspace }: TinyProject): string[] =>
  personGit(workspace, 'branch', '--list', 'factory/*', '--format=%(refname:short)')
    .split('\n')
    .filter(Boolean);

describe('a run from the code lens', function () {
  this.timeout(180_000);
  const { code, project } = useFactory(() => byAgent(tinyScript()));

  it('imports hidden scenarios into the vault, and shows them as opaque ids', async () => {
    await code().showViews();
    await code().command('Dark Factory: Import Holdouts');
    await code().answerPath(project().holdouts);
    // A browser may forget the key.
    await code().answerBox('Several words', 'correct horse battery');
    await code().answerBox('Once more', 'correct horse battery');
    await code().notification('4 scenarios imported', 90_000);
    await code().row('H-').waitFor();
    const shown = await code().page.locator('.pane-body').allTextContents();
    assert.doesNotMatch(shown.join(), /many-names|name-with-space/);
    await code().dismissNotifications();
  });

  it('is started by a click above the spec and shows its timeline live', async () => {
    await code().openFile('greet.spec.md');
    const timeline = await code().clickLens('4 holdouts', () => code().webview('Timeline'));
    await timeline.getByText('Planner').first().waitFor();
    await code().shot('run-live');
  });

  it('ends accepted, with a branch, and touches nothing else', async () => {
    await code().notification('greet.spec.md: accepted', 120_000);
    await code().row('accepted').waitFor();
    await code().shot('run-accepted');
    const [branch, ...others] = branchesOf(project());
    assert.ok(branch && others.length === 0);
    assert.match(personGit(project().workspace, 'show', `${branch}:greet.mjs`), /Hello/);
    assert.equal(personGit(project().workspace, 'status', '--porcelain').trim(), '');
    await code().dismissNotifications();
  });

  it('says above the spec how the last run ended', async () => {
    await code().openFile('greet.spec.md');
    await code().lens('last run: accepted').waitFor();
    await code().lens('done').waitFor();
  });

  it('unfolds from stages to turns, and a click shows the turn', async () => {
    await code().unfold('accepted', 'Build', 'T1', 'T1.implementer');
    await code().row('turn 1').click();
    const inspector = await code().webview('Trace Inspector');
    await inspector.getByRole('heading', { name: /Turn 1/ }).waitFor();
    await code().shot('inspector');
  });

  it('opens the report', async () => {
    await code().command('Dark Factory: Open Report');
    await code().webviewWith('what the factory made');
    await code().shot('report');
  });

  it('exports the hidden scenarios only when a modal is answered', async () => {
    const out = path.join(project().workspace, '..', 'out');
    mkdirSync(out);
    for (const answer of ['Cancel', 'Export']) {
      await code().command('Dark Factory: Export Holdouts');
      await code().answerPath(out);
      assert.deepEqual(readdirSync(out), []);
      await code().page.locator('.monaco-dialog-box').getByRole('button', { name: answer }).click();
    }
    await code().notification('4 scenarios written');
    assert.equal(readdirSync(out).length, 4);
    await code().dismissNotifications();
  });

  it('reviews the changes as diffs of objects', async () => {
    await code().command('Dark Factory: Review Changes');
    await code().page.getByText('greet.mjs').first().waitFor();
    await code().page.locator('.multiDiffEditor, .multi-diff-root, .multiDiffEntry').first().waitFor();
    await code().page.getByText('process.argv').first().waitFor();
    await code().shot('review');
  });

  it('merges the result into the open folder after a person said so', async () => {
    await code().command('Dark Factory: Merge Result');
    await code().page.locator('.monaco-dialog-box').getByRole('button', { name: 'Merge' }).click();
    const told = await code().notification('is in the open folder');
    assert.match(readFileSync(path.join(project().workspace, 'greet.mjs'), 'utf8'), /Hello/);
    await code().shot('merged');
    await told.getByRole('button', { name: 'Undo' }).click();
    await code().gone(path.join(project().workspace, 'greet.mjs'));
  });

  it('reveals a hidden scenario as a visible test after a person said so, which burns it', async () => {
    await code().command('Dark Factory: Reveal and Burn Holdout');
    await code().page.locator('.quick-input-list .monaco-list-row', { hasText: 'H-' }).first().click();
    const { page } = code();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Reveal and Burn' }).click();
    const dialog = page.locator('.quick-input-widget');
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.getByText('does not exist. Would you like to create it?').waitFor();
    await dialog.getByRole('button', { name: 'OK' }).click();
    const folder = path.join(project().workspace, 'holdouts-revealed');
    await code().page.locator('.tab.active', { hasText: '.scenario.yaml' }).first().waitFor();
    const [name = ''] = readdirSync(folder);
    assert.match(readFileSync(path.join(folder, name), 'utf8'), /^covers: \[R\d/m);
    await code().showViews();
    await code().row(path.basename(name, '.scenario.yaml')).waitFor({ state: 'detached' });
    assert.equal(await code().page.locator('.pane-body .monaco-list-row', { hasText: /^H-/ }).count(), 3);
    await code().shot('revealed');
  });
});

describe('a result that programs would act on', function () {
  this.timeout(180_000);
  const markerIn = (dir: string) => path.join(dir, 'ran');
  const bareRepository = (marker: string) =>
    `git init -q --bare docs; git -C docs config core.fsmonitor 'touch ${marker}; false'; touch docs/{objects,refs}/x`;
  const { code, project, dir } = useFactory((folder) => {
    const marker = markerIn(folder);
    const evil = Object.entries(evilActiveFiles(marker)).map(([file_path, content]) => ({
      ...{ type: 'tool_use' as const, name: 'write', input: { file_path, content } },
    }));
    const bare = { type: 'tool_use' as const, name: 'bash', input: { command: bareRepository(marker) } };
    const { 'T1.implementer': good = [], ...others } = tinyScript();
    return byAgent({ ...others, 'T1.implementer': [{ content: [...evil, bare] }, ...good] });
  });

  it('merges files that programs act on by themselves after a person agreed to them by name, and runs none of them', async () => {
    await code().showViews();
    await code().openFile('greet.spec.md');
    await code().command('Dark Factory: Run Factory on Spec');
    await code().notification('greet.spec.md: accepted', 120_000);
    await code().dismissNotifications();
    await code().command('Dark Factory: Merge Result');
    const question = code().page.locator('.monaco-dialog-box');
    for (const name of ['eslint.config.mjs – editors’ language tools', 'package.json – package managers'])
      await question.getByText(name).waitFor();
    await question.getByRole('button', { name: 'Merge With Active Files' }).click();
    await code().notification('is in the open folder');
    const { workspace } = project();
    const there = [...Object.keys(evilActiveFiles('')), 'docs', 'greet.mjs'].filter((file) =>
      existsSync(path.join(workspace, file)),
    );
    // All others are governed, or look like a repository, and never became part of the result.
    assert.deepEqual(there, [
      ...['sub/.vscode/tasks.json', 'eslint.config.mjs', '.prettierrc.js', 'pkg/jest.config.ts'],
      ...['package.json', 'build.rs', 'greet.mjs'],
    ]);
    // The editor's own git has seen them.
    await code().page.locator('.activitybar a[aria-label^="Source Control"]').click();
    await code().page.locator('.scm-view .monaco-list-row', { hasText: 'greet.mjs' }).first().waitFor();
    await code().shot('merged-active-files');
    assert.ok(!existsSync(markerIn(dir())));
  });
});

describe('a run that does not end by itself', function () {
  this.timeout(180_000);
  const { code, project } = useFactory(() =>
    byAgent({ ...tinyScript(), 'T1.implementer': [{ hang: true }] }),
  );

  it('is offered again after kill -9 of the extension host in the middle of it', async () => {
    await code().openFile('greet.spec.md');
    await code().command('Dark Factory: Run Factory on Spec');
    await code().showViews();
    await code().row('build').waitFor({ timeout: 60_000 });
    code().killExtensionHost();
    await code().load();
    const offer = await code().notification('greet.spec.md is unfinished', 60_000);
    await code().shot('unfinished');
    await offer.getByRole('button', { name: 'Resume' }).click();
    await code().showViews();
    await code().page.locator('.statusbar').getByText('Build').waitFor({ timeout: 60_000 });
  });

  it('is cancelled and leaves no branch', async () => {
    await code().command('Dark Factory: Cancel Run');
    await code().row('cancelled').waitFor();
    await code().shot('cancelled');
    assert.deepEqual(branchesOf(project()), []);
  });
});
