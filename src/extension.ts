import { existsSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { createCodeLens } from './editor/codeLens';
import { createActions } from './editor/commands/actions';
import { askPassphrase } from './editor/passphrase';
import { readConfiguration } from './editor/configuration';
import type { Core } from './editor/core';
import { createDocuments } from './editor/documents';
import { createHoldouts } from './editor/holdouts';
import { createInspector } from './editor/inspector';
import { createLanguage } from './editor/language';
import { followRuns } from './editor/runs';
import { createSecrets } from './editor/secrets';
import { createStatusBar } from './editor/statusBar';
import { createTimeline } from './editor/timeline';
import { createTwins } from './editor/twins';
import { offerUnfinished } from './editor/unfinished';
import { createHoldoutsView } from './editor/views/holdoutsView';
import { createRunsView } from './editor/views/runsView';
import { createSpecsView } from './editor/views/specsView';
import { createTwinsView } from './editor/views/twinsView';
import { activationMeasure } from './shared/contributions';
import { messageOf } from './shared/errors';
import { storeKey } from './workspace/storeKey';

/**
 * The composition root. What depends on what:
 *
 *     secrets ── core (lazy: factory, models, sandbox, vault, git)
 *                  │
 *     twins ───────┤
 *     runs ────────┼── holdouts ── language (lazy: its client and server)
 *      │           │       │          │
 *      │           │       └─ code lens, Holdouts view
 *      ├─ Specs, Runs and Twins views, status bar
 *      ├─ timeline ── inspector
 *      └─ actions: every command, on all of the above
 *
 * `runs` follows the journals of the run folders and is the only source of what the views show. Nothing that
 * takes long is loaded here: the core and the language client are imported when first needed.
 */
export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const log = vscode.window.createOutputChannel('Dark Factory', { log: true });
  context.subscriptions.push(log);
  try {
    compose(context, log);
  } catch (error) {
    // VS Code itself shows nothing when an extension fails to activate.
    log.error(error instanceof Error ? error : messageOf(error));
    void vscode.window.showErrorMessage(`Dark Factory could not start: ${messageOf(error)}`);
    throw error;
  }
  const { duration } = performance.measure(activationMeasure, { start: started });
  log.info(`activated in ${String(Math.round(duration))} ms`);
}

/** A moved folder keeps its vault and its runs only when the person says that it is the same project. */
async function sameProject(before: string, folder: string): Promise<boolean> {
  const same = 'Same Project';
  const picked = await vscode.window.showInformationMessage(
    `Is ${folder} the project that was in ${before}?`,
    { modal: true, detail: 'If it is, it keeps its hidden scenarios and its runs.' },
    same,
    'Another Project',
  );
  return picked === same;
}

function compose(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): void {
  const store = context.globalStorageUri.fsPath;
  const programs = path.join(context.extensionPath, 'dist');
  const secrets = createSecrets({
    storage: context.secrets,
    state: context.globalState,
    store,
    isWeb: vscode.env.uiKind === vscode.UIKind.Web,
    askPassphrase,
  });
  secrets.watchForgetting().catch((error: unknown) => log.error(messageOf(error)));
  const runs = followRuns([store, terminalStore()], openFolders, log);

  let loading: Promise<Core> | undefined;
  const core = () =>
    (loading ??= import('./editor/core').then(({ openCore }) =>
      openCore((asking = true) => {
        const { limits } = readConfiguration();
        return {
          store,
          programs,
          limits,
          vaultKey: (id, root) => secrets.vaultKey(id, root, asking),
          recordKey: storeKey,
          vaultAnchor: (id, root) => secrets.vaultAnchor(id, root),
          sameProject,
        };
      }),
    ));

  const holdouts = createHoldouts(core, log);
  const language = createLanguage(path.join(programs, 'server.js'), holdouts, log);
  const inspector = createInspector(context.extensionUri, log);
  const timeline = createTimeline({
    context,
    runs,
    inspector,
    log,
    perform: (command, dir) => actions[command]({ dir }),
  });
  const twins = createTwins(core);
  const actions = createActions({ context, log, secrets, runs, holdouts, timeline, twins, core });

  context.subscriptions.push(
    runs,
    holdouts,
    language,
    inspector,
    timeline,
    twins,
    actions,
    createDocuments(runs, twins, core),
    createCodeLens(language, runs, holdouts),
    createSpecsView(runs),
    createRunsView(runs),
    createHoldoutsView(holdouts, runs),
    createTwinsView(runs, twins),
    createStatusBar(runs),
  );
  offerUnfinished(runs, actions, log);
}

/** The open folders, also by the path that symbolic links lead to: a terminal may know them by that. */
function openFolders(): string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return folders.flatMap((folder) => (existsSync(folder) ? [folder, realpathSync(folder)] : [folder]));
}

/** Where the command line keeps its runs, so that those show here as well. */
function terminalStore(): string {
  const data = process.env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local', 'share');
  return path.join(data, 'dark-factory');
}
