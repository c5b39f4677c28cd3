import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { settingsSection } from '../shared/contributions';
import { specLanguage } from '../shared/languageProtocol';

/** Starts the language server of specs; `server` is the path of its bundle. */
export async function startLanguageClient(
  server: string,
  log: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const client = new LanguageClient(
    settingsSection,
    'Dark Factory Specs',
    { module: server, transport: TransportKind.ipc },
    {
      documentSelector: [{ language: specLanguage }],
      outputChannel: log,
      synchronize: { configurationSection: settingsSection },
    },
  );
  await client.start();
  return client;
}
