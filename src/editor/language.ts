import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  coverageNotification,
  specLanguage,
  specRequest,
  type CoverageParams,
  type SpecRequestParams,
  type SpecSummary,
} from '../shared/languageProtocol';
import { messageOf } from '../shared/errors';
import { showError } from './errors';
import type { Holdouts } from './holdouts';

/** The language server of specs, started when the first spec is opened. */
export interface Language extends vscode.Disposable {
  /** What the server knows about an open spec; null when it could not be started. */
  summaryOf(spec: vscode.Uri): Promise<SpecSummary | null>;
}

/** `server` is the path of the server's bundle. It hears how many of the `holdouts` cover each requirement. */
export function createLanguage(server: string, holdouts: Holdouts, log: vscode.LogOutputChannel): Language {
  let starting: Promise<LanguageClient | null> | undefined;
  const client = () =>
    (starting ??= (async () => {
      try {
        const { startLanguageClient } = await import('./languageClient');
        return await startLanguageClient(server, log);
      } catch (error) {
        await showError(log, error);
        return null;
      }
    })());
  async function tellCoverage({ uri, languageId }: vscode.TextDocument): Promise<void> {
    if (languageId !== specLanguage) return;
    const { total, byRequirement } = holdouts.covering(uri);
    const running = await client();
    // Without a vault every requirement would be said to lack a scenario.
    if (total === 0) return;
    const params: CoverageParams = { uri: uri.toString(), scenariosCovering: byRequirement };
    await running?.sendNotification(coverageNotification, params);
  }
  const tell = (document: vscode.TextDocument) => {
    tellCoverage(document).catch((error: unknown) => log.error(messageOf(error)));
  };
  vscode.workspace.textDocuments.forEach(tell);
  const subscriptions = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(tell),
    holdouts.onDidChange(() => vscode.workspace.textDocuments.forEach(tell)),
  );
  return {
    async summaryOf(spec) {
      const params: SpecRequestParams = { uri: spec.toString() };
      return (await (await client())?.sendRequest<SpecSummary | null>(specRequest, params)) ?? null;
    },
    dispose() {
      subscriptions.dispose();
      void starting?.then((running) => running?.dispose());
    },
  };
}
