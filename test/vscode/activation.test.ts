import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activationMeasure, commands } from '../../src/shared/contributions';

describe('activation', () => {
  it('registers every command of the palette', async () => {
    const extension = vscode.extensions.getExtension('dark-factory.dark-factory');
    assert.ok(extension, 'the extension is installed');
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.has(id)),
      [],
    );
  });

  it('measures how long it took', () => {
    const [measure] = performance.getEntriesByName(activationMeasure);
    assert.ok(measure, 'activation was measured');
    console.log(`[suite]     activate() took ${measure.duration.toFixed(1)} ms of its own time`);
  });

  it('gives specs a language of their own', async () => {
    const [spec] = await vscode.workspace.findFiles('**/*.spec.md');
    assert.ok(spec, 'the workspace has a spec');
    const document = await vscode.workspace.openTextDocument(spec);
    assert.equal(document.languageId, 'dark-factory-spec');
  });
});
