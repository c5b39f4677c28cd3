import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeFiles } from '../../support/gitRepo';
import { type Answer, byAgent, startScriptedModel, type ScriptedModel } from '../../support/scriptedModel';
import { badProgram, makeTinyProject, tinyScript, type TinyProject } from '../../support/tinyProject';
import { VsCode } from '../../support/vscode/page';

const rule = 'Run the tests with `node --test`, not $(npm bin)/mocha.';
const proposal: Answer = {
  content: [{ type: 'tool_use', name: 'propose_rule', input: { rule, why: 'I had to find it out.' } }],
};

describe('what a person decides after a run', function () {
  this.timeout(180_000);
  let dir: string;
  let project: TinyProject;
  let model: ScriptedModel;
  let code: VsCode;

  before(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'df-window-verdicts-'));
    project = makeTinyProject(dir);
    writeFiles(project.workspace, {
      '.factory/policy.yaml': 'version: 1\nbudget: { debugRounds: 0 }\nholdouts: { sealed: 1 }\n',
    });
    const { 'T1.implementer': build = [], ...others } = tinyScript(badProgram);
    model = await startScriptedModel(byAgent({ ...others, 'T1.implementer': [proposal, ...build] }));
    code = await VsCode.open({
      folder: project.workspace,
      settings: {
        'darkFactory.model.baseUrl': model.baseUrl,
        'files.simpleDialog.enable': true,
        'files.autoSave': 'off',
      },
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

  const holdouts = () => code.page.locator('.pane', { hasText: 'Holdouts' }).locator('.monaco-list-row');

  it('is told how the hidden scenarios went, and not which of them failed', async () => {
    await code.showViews();
    await code.command('Dark Factory: Import Holdouts');
    await code.answerPath(project.holdouts);
    await code.answerBox('Several words', 'correct horse battery');
    await code.answerBox('Once more', 'correct horse battery');
    await code.notification('4 scenarios imported', 90_000);
    await code.openFile('greet.spec.md');
    await code.command('Dark Factory: Run Factory on Spec');
    await code.notification('greet.spec.md: rejected', 120_000);
    await code.dismissNotifications();
    await code.page.getByText('Last run: sealed half: not all of 4 passed.').waitFor();
    await holdouts().filter({ hasText: 'judged' }).nth(3).waitFor();
    assert.equal(
      await holdouts()
        .filter({ hasText: /passed|failed/ })
        .count(),
      0,
    );
    const timeline = await code.webview('Timeline');
    await timeline.getByRole('button', { name: 'Show Verdicts…' }).waitFor();
    await code.shot('verdicts-withheld');
  });

  it('sees verdicts only after the price, which is paid', async () => {
    const timeline = await code.webview('Timeline');
    await timeline.getByRole('button', { name: 'Show Verdicts…' }).click();
    const picks = code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'H-' });
    await picks.first().locator('.quick-input-list-checkbox, .monaco-checkbox').first().click();
    await code.shot('verdicts-picked');
    await code.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    const dialog = code.page.locator('.monaco-dialog-box');
    await dialog.getByText('costs 1 of the 2 failures it has left').waitFor();
    await code.shot('verdicts-price');
    await dialog.getByRole('button', { name: 'Pay and Show' }).click();
    await holdouts()
      .filter({ hasText: /passed|failed/ })
      .first()
      .waitFor();
    assert.equal(await holdouts().filter({ hasText: 'judged' }).count(), 3);
    await code.shot('verdicts-shown');
  });

  it('finds the rules that agents propose, and has those they pick in CLAUDE.md, to be saved', async () => {
    await code.command('Dark Factory: Review Proposed Rules');
    const pick = code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Run the tests with' });
    await pick.locator('.quick-input-list-checkbox, .monaco-checkbox').first().click();
    await code.shot('rules');
    await code.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await code.page.locator('.tab.active.dirty', { hasText: 'CLAUDE.md' }).waitFor();
    await code.page.locator('.view-lines').getByText('Learnt in the factory').first().waitFor();
    await code.shot('rules-accepted');
    const file = path.join(project.workspace, 'CLAUDE.md');
    assert.doesNotMatch(
      readFileSync(file, 'utf8'),
      /Run the tests/,
      'nothing is written before a person saves',
    );
  });
});
