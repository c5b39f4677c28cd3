import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, documentScheme } from '../../src/shared/contributions';

describe('Doctor', function () {
  this.timeout(60_000);

  it('shows every wall of this machine as plain text that nobody has to save', async () => {
    await vscode.commands.executeCommand(commands.doctor);
    const { document } = vscode.window.activeTextEditor ?? {};
    assert.equal(document?.uri.scheme, documentScheme);
    assert.equal(document.languageId, 'plaintext');
    assert.match(document.getText(), /^ {2}✓ user namespaces +can be made$/m);
    assert.match(document.getText(), /^ {2}✓ links +/m);
    assert.match(document.getText(), /^All \d+ hold/m);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
