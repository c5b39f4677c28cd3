import * as vscode from 'vscode';
import { FactoryError } from '../../shared/errors';
import { fileUri, reportUri } from '../documents';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { notice } from '../notice';
import { pickRun } from '../pickers';
import { specName } from '../runSummary';
import type { RunEntry } from '../runs';

/** Look at what a run made, and take it. */
export interface ResultCommands {
  openReport: Action;
  reviewChanges: Action;
  mergeResult: Action;
}

export function createResultCommands({ runs, core }: Editor): ResultCommands {
  const delivered = (argument: unknown, title: string): Promise<RunEntry> =>
    pickRun(runs, argument, {
      title,
      fits: ({ state }) => state.branch !== null,
      none: 'No run of the open folder has delivered a result yet.',
    });

  return {
    async openReport(argument) {
      const { dir, state } = await pickRun(runs, argument, {
        title: 'Open Report',
        fits: (run) => run.state.report !== null,
        none: 'No run of the open folder has a report yet.',
      });
      await vscode.commands.executeCommand('markdown.showPreview', reportUri(dir, specName(state)));
    },

    async reviewChanges(argument) {
      const { dir, state } = await delivered(argument, 'Review Changes');
      const { from, to, files } = await (await core()).changes(dir);
      const folder = state.header?.workspace ?? '';
      const resources = files.map(({ path, before, after }) => [
        vscode.Uri.joinPath(vscode.Uri.file(folder), path),
        before ? fileUri(dir, from, path) : undefined,
        after ? fileUri(dir, to, path) : undefined,
      ]);
      const title = `${specName(state)} · ${state.branch?.name ?? 'result'}`;
      await vscode.commands.executeCommand('vscode.changes', title, resources);
    },

    async mergeResult(argument) {
      requireTrust();
      const { dir, state } = await delivered(argument, 'Merge Result');
      const { files } = await (await core()).changes(dir);
      const many = files.length === 1 ? '1 file' : `${String(files.length)} files`;
      const chosen = await vscode.window.showInformationMessage(
        `Merge the result of ${specName(state)} into the open folder?`,
        { modal: true, detail: `${many} will change in your working tree. Nothing is committed.` },
        'Merge',
      );
      if (chosen !== 'Merge') throw new vscode.CancellationError();
      if (vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === 'file')) {
        throw new FactoryError('bad-input', 'Some open files are not saved.', {
          hint: 'Save or revert them, then merge again.',
        });
      }
      const merge = await (await core()).merge(dir);
      const done = `The result of ${specName(state)} is in the open folder.`;
      const judged = merge.asJudged
        ? ''
        : ' It is mixed with changes of your own: this very state was not judged.';
      const undo = await vscode.window.showInformationMessage(notice(done + judged), 'Undo');
      if (undo) await (await core()).undo(dir, merge);
    },
  };
}
