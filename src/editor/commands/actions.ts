import * as vscode from 'vscode';
import { commands } from '../../shared/contributions';
import type { TimelineCommand } from '../../shared/protocol';
import type { Action, Editor } from '../editor';
import { showError } from '../errors';
import { createHoldoutCommands } from './holdoutCommands';
import { createResultCommands } from './resultCommands';
import { createRuleCommands } from './ruleCommands';
import { createRunCommands } from './runCommands';
import { createSetupCommands } from './setupCommands';
import { createTeamCommands } from './teamCommands';
import { createTwinCommands } from './twinCommands';
import { createVaultCommands } from './vaultCommands';
import { createVerdictCommands } from './verdictCommands';

/** What each command does, and what the buttons of the timeline do; they throw where a command shows. */
export type Actions = Record<keyof typeof commands | TimelineCommand | 'discard', Action> & vscode.Disposable;

/** Makes all actions and registers the commands among them. */
export function createActions(editor: Editor): Actions {
  const rules = createRuleCommands(editor);
  const results = createResultCommands(editor, rules);
  const actions = {
    ...results,
    ...createRunCommands(editor, results),
    ...createSetupCommands(editor),
    ...createVaultCommands(editor),
    ...createHoldoutCommands(editor),
    ...createTeamCommands(editor),
    ...createTwinCommands(editor),
    ...createVerdictCommands(editor),
    ...rules,
  };
  const guarded = (action: Action) => async (argument: unknown) => {
    try {
      await action(argument);
    } catch (error) {
      await showError(editor.log, error);
    }
  };
  const registered = Object.entries(commands).map(([name, id]) =>
    vscode.commands.registerCommand(id, guarded(actions[name as keyof typeof commands])),
  );
  return { ...actions, dispose: () => void vscode.Disposable.from(...registered).dispose() };
}
