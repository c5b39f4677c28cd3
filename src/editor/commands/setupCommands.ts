import { cp } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { FactoryError } from '../../shared/errors';
import { doctorUri } from '../documents';
import type { Action, Editor } from '../editor';
import { samplesOf } from '../sample';
import { newSpecText } from '../specTemplate';

/** What a person does before the first run. */
export interface SetupCommands {
  newSpec: Action;
  openSample: Action;
  setApiKey: Action;
  doctor: Action;
}

export function createSetupCommands({ context, core, secrets }: Editor): SetupCommands {
  return {
    async newSpec() {
      const folder = await pickFolder();
      const title = await vscode.window.showInputBox({
        title: 'New Spec',
        prompt: 'What shall be built? A short title.',
        placeHolder: 'Offboarding bot',
        validateInput: (text) =>
          fileNameOf(text) === '' ? 'Write a title with letters or digits.' : undefined,
      });
      if (title === undefined) throw new vscode.CancellationError();
      const uri = vscode.Uri.joinPath(folder.uri, `${fileNameOf(title)}.spec.md`);
      await refuseExisting(uri);
      await vscode.workspace.fs.writeFile(uri, Buffer.from(newSpecText(title.trim())));
      await vscode.window.showTextDocument(uri);
    },

    async openSample() {
      const sample = await vscode.window.showQuickPick(
        samplesOf(context).map((one) => ({ ...one, label: one.title })),
        { title: 'Open Sample', placeHolder: 'Which one?' },
      );
      if (!sample) throw new vscode.CancellationError();
      const [parent] =
        (await vscode.window.showOpenDialog({
          title: 'Where shall the sample go?',
          openLabel: 'Put Sample Here',
          canSelectFolders: true,
          canSelectFiles: false,
        })) ?? [];
      if (!parent) throw new vscode.CancellationError();
      const folder = vscode.Uri.joinPath(parent, `dark-factory-${sample.title.toLowerCase()}`);
      await refuseExisting(folder);
      await cp(sample.workspace, folder.fsPath, { recursive: true });
      await (await core()).beginHistory(folder.fsPath);
      await vscode.commands.executeCommand('vscode.openFolder', folder);
    },

    async setApiKey() {
      const key = await vscode.window.showInputBox({
        title: 'Set API Key',
        prompt:
          'Key for the Messages API. It stays in secret storage; leave it empty to remove the one that is there.',
        password: true,
        ignoreFocusOut: true,
      });
      if (key === undefined) throw new vscode.CancellationError();
      await secrets.setApiKey(key.trim());
      void vscode.window.showInformationMessage(
        key.trim() === '' ? 'The API key was removed.' : 'The API key is set.',
      );
    },

    async doctor() {
      const progress = {
        location: vscode.ProgressLocation.Notification,
        title: 'Dark Factory tries the walls of this machine …',
      };
      const document = await vscode.window.withProgress(progress, () =>
        vscode.workspace.openTextDocument(doctorUri()),
      );
      await vscode.window.showTextDocument(document, { preview: true });
    },
  };
}

/** The open folder, or the one of several that a person picks. */
export async function pickFolder(): Promise<vscode.WorkspaceFolder> {
  const [first, second] = vscode.workspace.workspaceFolders ?? [];
  if (!first) {
    throw new FactoryError('bad-input', 'No folder is open.', {
      hint: 'Open the folder that the factory shall work on.',
    });
  }
  const folder = second ? await vscode.window.showWorkspaceFolderPick() : first;
  if (!folder) throw new vscode.CancellationError();
  return folder;
}

/** `Offboarding bot` → `offboarding-bot`. */
function fileNameOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

async function refuseExisting(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return;
    throw error;
  }
  throw new FactoryError('bad-input', `${path.basename(uri.fsPath)} is there already: ${uri.fsPath}.`, {
    hint: 'Choose another name or place.',
  });
}
