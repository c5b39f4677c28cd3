import * as vscode from 'vscode';

/** Asks for the passphrase of a vault. @returns undefined when the person declines */
export async function askPassphrase(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Passphrase of the Vault',
    prompt: 'The key of the hidden scenarios is not in secret storage any more; their passphrase opens them.',
    password: true,
    ignoreFocusOut: true,
  });
}

/**
 * Asks for a new passphrase, twice, where secret storage may forget the key or an earlier one stood for it.
 * @throws CancellationError when the person declines: nothing is to be sealed with a key that may be lost
 */
export async function askNewPassphrase(): Promise<string> {
  const first = await vscode.window.showInputBox({
    title: 'Passphrase for the Vault',
    prompt:
      'It opens the hidden scenarios where secret storage forgot their key. Several words that you will remember.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.length < 12 ? 'At least 12 characters.' : undefined),
  });
  if (first === undefined) throw new vscode.CancellationError();
  const second = await vscode.window.showInputBox({
    title: 'Passphrase for the Vault',
    prompt: 'Once more.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === first ? undefined : 'This is not the same.'),
  });
  if (second === undefined) throw new vscode.CancellationError();
  return first;
}
