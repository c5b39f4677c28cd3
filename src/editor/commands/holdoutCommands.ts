import * as vscode from 'vscode';
import type { SealedScenario } from '../../holdouts/types';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';

/** What a person does with the scenarios of a vault. */
export interface HoldoutCommands {
  /** Shows the text of a scenario, which is a visible test from then on. */
  revealHoldout: Action;
}

interface Held {
  folder: vscode.WorkspaceFolder;
  scenario: SealedScenario;
}

export function createHoldoutCommands({ core, holdouts }: Editor): HoldoutCommands {
  return {
    async revealHoldout(argument) {
      requireTrust();
      const { folder, scenario } = isHeld(argument) ? argument : await pickScenario(holdouts);
      const { id, covers } = scenario;
      const burn = 'Reveal and Burn';
      const chosen = await vscode.window.showWarningMessage(
        `Reveal ${id}, which covers ${covers.join(', ')}?`,
        {
          modal: true,
          detail:
            'It leaves the vault for good, because what is known hides nothing: it becomes a visible test, and the vault wants a new scenario in its place.',
        },
        burn,
      );
      if (chosen !== burn) throw new vscode.CancellationError();
      const file = await vscode.window.showSaveDialog({
        title: 'Where shall the visible test go?',
        saveLabel: burn,
        defaultUri: vscode.Uri.joinPath(folder.uri, 'holdouts-revealed', `${id}.scenario.yaml`),
        filters: { Scenario: ['scenario.yaml'] },
      });
      if (!file) throw new vscode.CancellationError();
      // What cannot be written fails here, while the scenario is still hidden.
      await vscode.workspace.fs.writeFile(file, new Uint8Array());
      const text = await (await core()).burnHoldout(folder.uri.fsPath, id);
      await vscode.workspace.fs.writeFile(file, Buffer.from(text));
      await holdouts.refresh(folder.uri.fsPath);
      await vscode.window.showTextDocument(file);
    },
  };
}

/** Trees pass the element that was clicked. */
export function isHeld(argument: unknown): argument is Held {
  return typeof argument === 'object' && argument !== null && 'scenario' in argument && 'folder' in argument;
}

async function pickScenario(holdouts: Editor['holdouts']): Promise<Held> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  for (const { uri } of folders) await holdouts.refresh(uri.fsPath, true);
  const held = folders.flatMap((folder) => holdouts.of(folder.uri).map((scenario) => ({ folder, scenario })));
  const picked = await vscode.window.showQuickPick(
    held.map((one) => ({
      label: one.scenario.id,
      description: `${one.scenario.covers.join(' ')} · ${one.scenario.half}`,
      one,
    })),
    { title: 'Reveal and Burn Holdout', placeHolder: 'Which scenario?' },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.one;
}
