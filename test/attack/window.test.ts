import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { VsCode } from '../support/vscode/page';
import { prepareSiege, type Siege } from './siege';
import { everyAttackFails } from './suite';
import { sweepFolders } from './sweep';
import { readTrace, type Trace } from './trace';

describe('the zoo of attacks in the extension host', () => {
  let siege: Siege;
  let code: VsCode;
  let trace: Trace;

  before(async function () {
    this.timeout(600_000);
    siege = await prepareSiege();
    const { bait, model } = siege;
    code = await VsCode.open({
      folder: bait.target.workspace,
      settings: {
        'darkFactory.model.baseUrl': model.baseUrl,
        'files.simpleDialog.enable': true,
        // VS Code's own git runs what the folder's configuration says as soon as a person trusts it.
        'git.enabled': false,
      },
      env: bait.env,
    });
    await code.showViews();
    await code.command('Dark Factory: Import Holdouts');
    await code.answerPath(bait.holdouts);
    await code.answerBox('Several words', 'correct horse battery');
    await code.answerBox('Once more', 'correct horse battery');
    await code.notification(`${siege.scenarios} scenarios imported`);
    await code.dismissNotifications();
    await code.openFile('greet.spec.md');
    await code.command('Dark Factory: Run Factory on Spec');
    const question = code.page.locator('.monaco-dialog-box');
    await question.getByRole('button', { name: 'Keep My Limits' }).click();
    await code.notification('greet.spec.md: rejected', 400_000);
    await code.shot('attacked');
    const [journal = ''] = globSync('**/runs/*/journal.jsonl', { cwd: code.server.home });
    trace = await readTrace(path.dirname(path.join(code.server.home, journal)));
  });
  after(async function () {
    this.timeout(60_000);
    await code.close();
    await siege.end();
  });

  everyAttackFails(() => ({ siege, trace }));

  it('keeps no word of hidden scenarios in any byte of VS Code’s storage and logs, workspace and temporary folders', () => {
    const { bait } = siege;
    const places = ['project', 'home', 'tmp', 'marks', 'sibling'].map((name) => path.join(bait.dir, name));
    assert.deepEqual(sweepFolders([code.server.home, ...places], [bait.word]), []);
  });

  it('keeps no secret in VS Code’s storage and logs', () => {
    assert.deepEqual(sweepFolders([code.server.home], [`${siege.bait.secret}-`]), []);
  });

  it('shows no secret and no word of hidden scenarios in the window', async () => {
    const shown = await code.page.locator('.monaco-workbench').innerText();
    for (const text of [siege.bait.secret, siege.bait.word]) assert.ok(!shown.includes(text), text);
  });
});
