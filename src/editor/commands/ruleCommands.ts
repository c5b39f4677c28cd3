import * as vscode from 'vscode';
import { FactoryError } from '../../shared/errors';
import { visibleLine } from '../../shared/visible';
import { insertionOf, pendingRules, rulesFile } from '../claudeRules';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { pickRun } from '../pickers';

/** What agents would like to have in CLAUDE.md, which only a person changes. */
export interface RuleCommands {
  /** Shows the proposals of a run, and writes those the person picks into the open CLAUDE.md, to be saved by them. */
  reviewRules: Action;
}

const title = 'Review Proposed Rules';

export function createRuleCommands({ runs, core }: Editor): RuleCommands {
  return {
    async reviewRules(argument) {
      requireTrust();
      const { dir, state } = await pickRun(runs, argument, {
        title,
        fits: (run) => run.state.proposals.length > 0,
        none: 'No run of the open folder has proposed a rule.',
      });
      const file = vscode.Uri.joinPath(vscode.Uri.file(state.header?.workspace ?? ''), rulesFile);
      const isThere = await mayBeWritten(file);
      const text = isThere ? (await vscode.workspace.openTextDocument(file)).getText() : '';
      const pending = pendingRules(await (await core()).proposals(dir), text);
      if (pending.length === 0) {
        void vscode.window.showInformationMessage(`${rulesFile} has every rule that this run proposed.`);
        return;
      }
      const picked = await vscode.window.showQuickPick(
        pending.map(({ agent, rule, why }) => ({
          label: plainLabel(rule),
          detail: plainLabel(`${why} (${agent})`),
          rule,
        })),
        {
          title: `${title}: agents wrote these; what you accept governs later runs`,
          placeHolder: `Which shall go into ${rulesFile}?`,
          canPickMany: true,
        },
      );
      if (!picked || picked.length === 0) throw new vscode.CancellationError();
      const edit = new vscode.WorkspaceEdit();
      if (!isThere) edit.createFile(file, { ignoreIfExists: true });
      const { at, insert } = insertionOf(
        text,
        picked.map(({ rule }) => rule),
      );
      edit.insert(file, positionIn(text, at), insert);
      if (!(await vscode.workspace.applyEdit(edit))) {
        throw new FactoryError('failed', `${rulesFile} could not be changed.`, {
          hint: 'Close or save it where it is open, then try again.',
        });
      }
      await vscode.window.showTextDocument(file);
    },
  };
}

/** Labels of a pick make icons of `$(name)`. */
function plainLabel(text: string): string {
  return visibleLine(text).replaceAll('$(', '$ (');
}

/** @returns whether the file is there. @throws FactoryError when it is a link, which may lead anywhere */
async function mayBeWritten(file: vscode.Uri): Promise<boolean> {
  let type: vscode.FileType;
  try {
    ({ type } = await vscode.workspace.fs.stat(file));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
  if (type === vscode.FileType.File) return true;
  throw new FactoryError('bad-input', `${rulesFile} of the open folder is not a plain file.`, {
    hint: 'Replace the link or folder of that name by a file; the rules are in the report.',
  });
}

function positionIn(text: string, offset: number): vscode.Position {
  const lines = text.slice(0, offset).split(/\r\n|\n/);
  return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
}
