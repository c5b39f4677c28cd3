import path from 'node:path';
import * as vscode from 'vscode';
import { FactoryError } from '../shared/errors';
import { specLanguage } from '../shared/languageProtocol';
import { specName, standing } from './runSummary';
import type { RunEntry, Runs } from './runs';
import { findSpecs } from './views/specsView';

/**
 * The spec a command was given, else the one in the active editor, else the only one, else the one a person picks.
 * @throws CancellationError when the pick is dismissed.
 */
export async function pickSpec(argument: unknown): Promise<vscode.Uri> {
  const given = uriOf(argument);
  if (given) return given;
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === specLanguage) return active.uri;
  const specs = await findSpecs();
  const [only] = specs;
  if (!only) {
    throw new FactoryError('bad-input', 'The open folder has no spec (*.spec.md).', {
      hint: 'Make one with "Dark Factory: New Spec", or try "Dark Factory: Open Sample".',
    });
  }
  if (specs.length === 1) return only;
  const picked = await vscode.window.showQuickPick(
    specs.map((uri) => ({ label: path.basename(uri.fsPath), description: folderOf(uri), uri })),
    { title: 'Run Factory on Spec', placeHolder: 'Which spec?' },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.uri;
}

/**
 * The run a command was given, else the only one that `fits`, else the one a person picks.
 * @throws CancellationError when the pick is dismissed.
 * @throws FactoryError when no run fits.
 */
export async function pickRun(
  runs: Runs,
  argument: unknown,
  ask: { title: string; fits: (run: RunEntry) => boolean; none: string },
): Promise<RunEntry> {
  const given = runs.get(dirOf(argument) ?? '');
  if (given) return given;
  await runs.ready;
  const fitting = runs.all().filter(ask.fits);
  const [only] = fitting;
  if (!only) throw new FactoryError('bad-input', ask.none, { hint: 'The Runs view shows what there is.' });
  if (fitting.length === 1) return only;
  const picked = await vscode.window.showQuickPick(
    fitting.map((run) => ({
      label: specName(run.state),
      description: `${run.state.header?.id ?? ''} · ${standing(run.state, run.status)}`,
      detail: run.state.outcome?.reason ?? '',
      run,
    })),
    { title: ask.title, placeHolder: 'Which run?' },
  );
  if (!picked) throw new vscode.CancellationError();
  return picked.run;
}

/** Commands get a Uri from editors and the explorer, and an element from a tree. */
function uriOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  const { uri } = fieldsOf(argument);
  return uri instanceof vscode.Uri ? uri : undefined;
}

function dirOf(argument: unknown): string | undefined {
  const { dir } = fieldsOf(argument);
  return typeof dir === 'string' ? dir : undefined;
}

/** The span that a tree or a lens points to. */
export function spanOf(argument: unknown): string | undefined {
  const { span } = fieldsOf(argument);
  return typeof span === 'string' ? span : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function folderOf(uri: vscode.Uri): string {
  const folder = path.dirname(vscode.workspace.asRelativePath(uri));
  return folder === '.' ? '' : folder;
}
