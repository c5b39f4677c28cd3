import * as vscode from 'vscode';
import { views } from '../../shared/contributions';
import { FactoryError } from '../../shared/errors';
import { twinStateUri } from '../documents';
import type { Action, Editor } from '../editor';
import type { HandTwin, TwinPlace } from '../twins';

/** What a person does with twins outside of a run. */
export interface TwinCommands {
  startTwin: Action;
  stopTwin: Action;
  copyTwinVariables: Action;
  showTwinState: Action;
}

export function createTwinCommands({ core, twins }: Editor): TwinCommands {
  return {
    async startTwin() {
      const entries = await (await core()).twins();
      const picked = await vscode.window.showQuickPick(
        entries.map(({ name, description }) => ({ label: name, detail: description })),
        { title: 'Start Twin', placeHolder: 'Which service?', matchOnDetail: true },
      );
      if (!picked) throw new vscode.CancellationError();
      const progress = { location: { viewId: views.twins } };
      const twin = await vscode.window.withProgress(progress, () => twins.start(picked.label));
      const copy = 'Copy Variables';
      const chosen = await vscode.window.showInformationMessage(
        `The ${picked.label} twin listens on ${twin.handle.values['url'] ?? 'this machine'}.`,
        copy,
      );
      if (chosen === copy) await copyVariables(twin);
    },
    async stopTwin(argument) {
      await twins.stop((await pickTwin(argument, 'Stop Twin')).id);
    },
    async copyTwinVariables(argument) {
      await copyVariables(await pickTwin(argument, 'Copy Variables of Twin'));
    },
    async showTwinState(argument) {
      const place = placeOf(argument) ?? { id: (await pickTwin(argument, 'Show State of Twin')).id };
      const document = await vscode.workspace.openTextDocument(twinStateUri(place));
      await vscode.window.showTextDocument(document, { preview: true });
    },
  };

  /** The twin a command was given, else the only one, else the one a person picks. */
  async function pickTwin(argument: unknown, title: string): Promise<HandTwin> {
    const started = twins.started();
    const place = placeOf(argument);
    const given = place && 'id' in place && started.find(({ id }) => id === place.id);
    if (given) return given;
    const [first] = started;
    if (!first) {
      throw new FactoryError('bad-input', 'No twin was started.', {
        hint: 'Start one with "Dark Factory: Start Twin".',
      });
    }
    if (started.length === 1) return first;
    const picked = await vscode.window.showQuickPick(
      started.map((twin) => ({
        label: twin.handle.name,
        description: twin.handle.values['url'] ?? '',
        twin,
      })),
      { title, placeHolder: 'Which twin?' },
    );
    if (!picked) throw new vscode.CancellationError();
    return picked.twin;
  }
}

async function copyVariables({ variables }: HandTwin): Promise<void> {
  await vscode.env.clipboard.writeText(`${variables.join('\n')}\n`);
  vscode.window.setStatusBarMessage('$(check) Variables copied', 3000);
}

/** What the Twins view passes: an element that says which twin it is. */
function placeOf(argument: unknown): TwinPlace | undefined {
  if (typeof argument !== 'object' || argument === null || !('place' in argument)) return undefined;
  return argument.place as TwinPlace;
}
