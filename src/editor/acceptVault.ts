import * as vscode from 'vscode';
import { acceptVault } from './buttons';
import { notice } from './notice';

/** Asks in a native modal, which no web page and no other extension can answer. */
export async function confirmAccept(reason: string): Promise<boolean> {
  const detail =
    'Only if you removed or replaced its folder yourself: what was told about scenarios may be forgotten.';
  const question = notice(reason);
  return (
    (await vscode.window.showWarningMessage(question, { modal: true, detail }, acceptVault)) === acceptVault
  );
}
