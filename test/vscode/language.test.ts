import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** Resolves with the diagnostics of a document once there are some that `fit`. */
function diagnosticsOf(
  uri: vscode.Uri,
  fit: (found: vscode.Diagnostic[]) => boolean,
): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = () => {
      const found = vscode.languages.getDiagnostics(uri);
      if (!fit(found)) return;
      subscription.dispose();
      resolve(found);
    };
    const subscription = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

describe('the language server', () => {
  let spec: vscode.Uri;
  before(() => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    spec = vscode.Uri.joinPath(folder.uri, 'broken.spec.md');
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(spec);
  });

  it('marks what is wrong in a spec, where it is, and forgets it when it is mended', async () => {
    const text =
      '---\nfactory: 1\ncomands: {}\n---\n\n# Broken\n\n## Requirements\n\n- **R1** The program MUST print `1`.\n';
    await vscode.workspace.fs.writeFile(spec, Buffer.from(text));
    const document = await vscode.workspace.openTextDocument(spec);
    await vscode.window.showTextDocument(document);
    const unknownKey = ({ message }: vscode.Diagnostic) => message.includes('comands');
    const found = await diagnosticsOf(spec, (all) => all.some(unknownKey));
    assert.equal(found.find(unknownKey)?.range.start.line, 2);

    const edit = new vscode.WorkspaceEdit();
    edit.replace(spec, document.lineAt(2).range, 'commands: {}');
    await vscode.workspace.applyEdit(edit);
    await diagnosticsOf(spec, (all) => !all.some(unknownKey));
  });

  it('offers what it knows above the first line', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      spec,
    );
    assert.match(lenses[0]?.command?.title ?? '', /^▶ Run Factory on Spec · 1 requirement/);
  });
});
