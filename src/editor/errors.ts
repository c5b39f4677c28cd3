import * as vscode from 'vscode';
import { UnanchoredVault } from '../holdouts/unanchored';
import { FactoryError, messageOf } from '../shared/errors';
import { confirmAccept } from './acceptVault';
import { acceptVault } from './buttons';
import { notice } from './notice';

/** Logs an error with its cause, and tells the person in one notification. A cancellation is nobody's news. */
export async function showError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  log.error(error instanceof Error ? error : messageOf(error));
  if (error instanceof Error && error.cause !== undefined) log.error(`caused by ${messageOf(error.cause)}`);
  if (error instanceof FactoryError && error.code === 'cancelled') return;
  const text = error instanceof FactoryError ? `${error.message} ${error.hint}` : messageOf(error);
  const vault = error instanceof UnanchoredVault ? error : undefined;
  const choices = [...(vault ? [acceptVault] : []), 'Show Log'];
  const chosen = await vscode.window.showErrorMessage(notice(text), ...choices);
  if (chosen === 'Show Log') log.show();
  if (vault && chosen === acceptVault) await accept(vault);
}

async function accept(vault: UnanchoredVault): Promise<void> {
  if (!(await confirmAccept(vault.message))) return;
  await vault.accept();
  void vscode.window.showInformationMessage('The vault is taken as it is. Try again what was refused.');
}

/** @throws FactoryError in Restricted Mode, where commands stay callable although their buttons are off. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new FactoryError('environment', 'This folder is not trusted, so nothing of it is run.', {
    hint: 'Trust it with "Workspaces: Manage Workspace Trust" and try again.',
  });
}
