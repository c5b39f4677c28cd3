import * as vscode from 'vscode';
import { commands } from '../shared/contributions';
import { specLanguage } from '../shared/languageProtocol';
import type { Holdouts } from './holdouts';
import type { Language } from './language';
import { requirementTitle, specTitle } from './lensTitles';
import { standing } from './runSummary';
import type { RunEntry, Runs } from './runs';

/** What stands above a spec's first line and above each of its requirements. */
export function createCodeLens(language: Language, runs: Runs, holdouts: Holdouts): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider = vscode.languages.registerCodeLensProvider(
    { language: specLanguage },
    {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        const spec = await language.summaryOf(document.uri);
        if (!spec) return [];
        const covering = holdouts.covering(document.uri);
        const last = runs.latestOf(document.uri.fsPath);
        return [
          new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
            title: specTitle(spec, covering.total, last ? standing(last.state, last.status) : null),
            command: commands.run,
            arguments: [document.uri],
          }),
          ...spec.requirements.map(({ id, range }) =>
            requirementLens(range.startLine - 1, covering.byRequirement[id] ?? 0, id, last),
          ),
        ];
      },
    },
  );
  const fire = () => changed.fire();
  return vscode.Disposable.from(provider, runs.onDidChange(fire), holdouts.onDidChange(fire), changed);
}

function requirementLens(line: number, holdouts: number, id: string, last?: RunEntry): vscode.CodeLens {
  const state = last?.state.requirements.find((requirement) => requirement.id === id) ?? null;
  const title = requirementTitle(holdouts, state);
  const range = new vscode.Range(line, 0, line, 0);
  // Without a run there is nothing to show: a lens without a command is plain text.
  if (!last) return new vscode.CodeLens(range, { title, command: '' });
  const target = { dir: last.dir, span: state?.span ?? null };
  return new vscode.CodeLens(range, { title, command: commands.showTimeline, arguments: [target] });
}
