import path from 'node:path';
import * as vscode from 'vscode';
import { unmarkedSentence } from '../../holdouts/unmarked';
import { confirmAccept } from '../acceptVault';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { notice } from '../notice';
import { askNewPassphrase } from '../passphrase';
import { filesTaken } from '../../holdouts/filesTaken';
import type { Imported } from '../vaults';
import { findSpecs } from '../views/specsView';
import { confirm, pickOther } from './pickVault';
import { pickFolder } from './setupCommands';

/** What a person does with the hidden scenarios of a folder. */
export interface VaultCommands {
  importHoldouts: Action;
  exportHoldouts: Action;
  changeVaultKey: Action;
}

export function createVaultCommands({ context, core, holdouts, log, secrets }: Editor): VaultCommands {
  /** `…/User/globalStorage/<extension>` lies in the folder the editor keeps its data in. */
  const userData = path.resolve(context.globalStorageUri.fsPath, '..', '..', '..');
  return {
    async importHoldouts() {
      requireTrust();
      const folder = await pickFolder();
      const from = await pickOther('Import Holdouts', 'Import Scenarios');
      const specs = (await findSpecs()).filter(
        (spec) => vscode.workspace.getWorkspaceFolder(spec)?.index === folder.index,
      );
      const result = await (
        await core()
      ).importHoldouts(
        folder.uri.fsPath,
        from.fsPath,
        specs.map(({ fsPath }) => fsPath),
        {
          accept: confirmAccept,
          userData: [userData],
          ...(secrets.mayForget() ? { passphrase: askNewPassphrase } : {}),
        },
      );
      await holdouts.refresh(folder.uri.fsPath);
      await tellImport(result, from, log);
    },

    async exportHoldouts() {
      requireTrust();
      const folder = await pickFolder();
      const to = await pickOther('Export Holdouts', 'Export Here');
      await confirm(
        `Write the hidden scenarios of ${folder.name} in plain text to ${to.fsPath}?`,
        'Whoever can read that folder can read them. Keep it where no agent works.',
        'Export',
      );
      const written = await (await core()).exportHoldouts(folder.uri.fsPath, to.fsPath);
      void vscode.window.showInformationMessage(notice(`${written} scenarios written to ${to.fsPath}.`));
    },

    async changeVaultKey() {
      requireTrust();
      const folder = await pickFolder();
      await confirm(
        `Put the hidden scenarios of ${folder.name} under a new key?`,
        'Copies of the key and of its passphrase open nothing any more.',
        'Change Key',
      );
      await (
        await core()
      ).changeVaultKey(folder.uri.fsPath, (id, use) => secrets.changeVaultKey(id, use), {
        always: secrets.mayForget(),
        ask: askNewPassphrase,
      });
      void vscode.window.showInformationMessage('The vault has a new key.');
    },
  };
}

/** Says what an import did and where else the plain text lies, and offers to remove the files that are in the vault now. */
async function tellImport(result: Imported, from: vscode.Uri, log: vscode.LogOutputChannel): Promise<void> {
  const unmarked = unmarkedSentence(result.unmarked);
  const counted = `${String(result.imported.length)} scenarios imported into the vault, ${String(result.updated.length)} updated, ${String(result.refused.length)} refused.`;
  const summary = [counted, unmarked].filter(Boolean).join(' ');
  // What is wrong with a scenario is for the person importing it; its text goes nowhere.
  for (const { file, problems } of result.refused) {
    for (const problem of problems) log.warn(`${file}: ${problem.message}`);
  }
  for (const { place, count } of result.copies) log.warn(`${String(count)} in plain text: ${place}`);
  if (unmarked) log.warn(unmarked);
  if (result.unsearched !== undefined) log.warn(`copies in plain text: ${result.unsearched}`);
  if (result.refused.length > 0) {
    const showLog = 'Show Log';
    if ((await vscode.window.showWarningMessage(notice(`${summary} The log says why.`), showLog)) === showLog)
      log.show();
    return;
  }
  const remove = 'Move Plain Files to Trash';
  const unsearched =
    result.unsearched === undefined ? [] : ['places that could not be searched (see the log)'];
  const also = [...result.copies.map(({ place }) => place), ...unsearched].join(', ');
  const chosen =
    also === ''
      ? await vscode.window.showInformationMessage(
          notice(`${summary} The plain files are still there.`),
          remove,
        )
      : await vscode.window.showWarningMessage(
          notice(`${summary} The plain files are still there, and copies of them in ${also}.`),
          remove,
        );
  if (chosen !== remove) return;
  for (const file of filesTaken(result)) {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(from, file), { useTrash: true });
  }
}
