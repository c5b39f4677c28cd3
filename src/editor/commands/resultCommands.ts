import * as vscode from 'vscode';
import { FactoryError } from '../../shared/errors';
import { visibleLine } from '../../shared/visible';
import { fileUri, reportUri } from '../documents';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { notice } from '../notice';
import { pickRun } from '../pickers';
import type { Changes } from '../results';
import { specName } from '../runSummary';
import type { RunEntry } from '../runs';
import type { RuleCommands } from './ruleCommands';

/** Look at what a run made, and take it. */
export interface ResultCommands {
  openReport: Action;
  reviewChanges: Action;
  mergeResult: Action;
}

export function createResultCommands({ runs, core }: Editor, { reviewRules }: RuleCommands): ResultCommands {
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
      const changes = await (await core()).changes(dir);
      await confirmMerge(specName(state), changes);
      if (vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === 'file')) {
        throw new FactoryError('bad-input', 'Some open files are not saved.', {
          hint: 'Save or revert them, then merge again.',
        });
      }
      const merge = await (await core()).merge(dir, changes);
      const done = `The result of ${specName(state)} is in the open folder.`;
      const judged = merge.asJudged
        ? ''
        : ' It is mixed with changes of your own: this very state was not judged.';
      const { length } = state.proposals;
      const proposed = length === 0 ? '' : ` Agents propose ${counted(length)} for CLAUDE.md.`;
      const chosen = await vscode.window.showInformationMessage(
        notice(done + judged + proposed),
        'Undo',
        ...(length === 0 ? [] : [reviewTitle]),
      );
      if (chosen === 'Undo') await (await core()).undo(dir, merge);
      if (chosen === reviewTitle) await reviewRules({ dir });
    },
  };
}

const reviewTitle = 'Review Rules…';

function counted(rules: number): string {
  return rules === 1 ? '1 rule' : `${String(rules)} rules`;
}

/** How many active files the question names; a longer list would push its buttons off the screen. */
const mostNamed = 30;

/** Asks before anything is written; where programs would act on a file by themselves, for that by name. */
async function confirmMerge(spec: string, { files, active }: Changes): Promise<void> {
  const many = files.length === 1 ? '1 file' : `${String(files.length)} files`;
  const plain = `${many} will change in your working tree. Nothing is committed.`;
  const named = active.slice(0, mostNamed).map((file) => `${visibleLine(file.path)} – ${file.by}`);
  if (active.length > mostNamed)
    named.push(`and ${String(active.length - mostNamed)} more, all in the report`);
  const warning = ['Programs act on these files by themselves once they are there:', ...named, '', plain];
  const yes = active.length === 0 ? 'Merge' : 'Merge With Active Files';
  const ask = active.length === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const detail = active.length === 0 ? plain : warning.join('\n');
  const question = `Merge the result of ${visibleLine(spec)} into the open folder?`;
  const chosen = await ask(question, { modal: true, detail }, yes);
  if (chosen !== yes) throw new vscode.CancellationError();
}
