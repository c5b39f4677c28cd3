import * as vscode from 'vscode';
import { FactoryError, messageOf } from '../shared/errors';
import { notice } from './notice';

/** Logs an error with its cause, and tells the person in one notification. A cancellation is nobody's news. */
export async function showError(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  log.error(error instanceof Error ? error : messageOf(error));
  if (error instanceof Error && error.cause !== undefined) log.error(`caused by ${messageOf(error.cause)}`);
  if (error instanceof FactoryError && error.code === 'cancelled') return;
  const text = error instanceof FactoryError ? `${error.message} ${error.hint}` : messageOf(error);
  if ((await vscode.window.showErrorMessage(notice(text), 'Show Log')) === 'Show Log') log.show();
}

/** @throws FactoryError in Restricted Mode, where commands stay callable although their buttons are off. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new FactoryError('environment', 'This folder is not trusted, so nothing of it is run.', {
    hint: 'Trust it with "Workspaces: Manage Workspace Trust" and try again.',
  });
}
