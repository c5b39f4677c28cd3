import * as vscode from 'vscode';
import { notice } from '../notice';

/**
 * A native modal, which no web page and no other extension can answer.
 * @returns the answer that was chosen
 * @throws CancellationError
 */
export async function confirm(question: string, detail: string, ...answers: string[]): Promise<string> {
  const chosen = await vscode.window.showWarningMessage(
    notice(question),
    { modal: true, detail },
    ...answers,
  );
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen;
}

/** A folder outside of the workspace. @throws CancellationError */
export async function pickOther(title: string, openLabel: string): Promise<vscode.Uri> {
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel,
    canSelectFolders: true,
    canSelectFiles: false,
  });
  if (!picked?.[0]) throw new vscode.CancellationError();
  return picked[0];
}
