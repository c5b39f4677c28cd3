import assert from 'node:assert/strict';
import { VsCode } from '../../support/vscode/page';

describe('twins that a person starts', function () {
  this.timeout(120_000);
  let code: VsCode;

  before(async () => {
    code = await VsCode.open();
  });
  after(() => code.close());

  it('play a service for any program, and show what it was asked and what it holds', async () => {
    await code.showViews();
    await code.command('Dark Factory: Start Twin…');
    await code.choose('slack');
    await code.command('Focus on Twins View');
    const row = code.row('slack127.0.0.1:');
    await row.waitFor();
    const host = /127\.0\.0\.1:\d+/.exec((await row.textContent()) ?? '')?.[0] ?? '';
    const url = `http://${host}/api/`;
    const answer = await fetch(`${url}chat.postMessage`, { method: 'POST' });
    assert.equal(((await answer.json()) as { error: string }).error, 'not_authed');
    await code.unfold('slack127');
    await code.row('chat.postMessage → not_authed').waitFor();
    await code.row('State').click();
    await code.tab('state.json').waitFor();
    await code.page.getByText('Subarachnoid').first().waitFor();
    await code.shot('twins');

    await code.command('Dark Factory: Stop Twin');
    await row.waitFor({ state: 'hidden' });
    await assert.rejects(fetch(`${url}api.test`));
  });
});
