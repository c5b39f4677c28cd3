import { VsCode } from '../../support/vscode/page';

describe('a folder that is not trusted', function () {
  this.timeout(120_000);
  let code: VsCode;
  before(async () => {
    code = await VsCode.open({
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
  });
  after(() => code.close());

  it('can be read and checked, and says why nothing runs', async () => {
    await code.openFile('greeter.spec.md');
    const says = 'This folder is not trusted, so nothing of it is run.';
    await code.clickLens('▶ Run Factory on Spec · 2 requirements', () => code.notification(says));
    await code.shot('restricted');
  });
});
