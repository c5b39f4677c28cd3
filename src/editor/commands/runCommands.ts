import path from 'node:path';
import * as vscode from 'vscode';
import type { RunHandle } from '../../factory/types';
import { readConfiguration } from '../configuration';
import { showError, requireTrust } from '../errors';
import { FactoryError } from '../../shared/errors';
import { reduce } from '../../shared/reduce';
import type { RunState } from '../../shared/runState';
import { visibleLine } from '../../shared/visible';
import { readJournal } from '../../trace/tail';
import { notice } from '../notice';
import { pickRun, pickSpec, spanOf } from '../pickers';
import { consentToPolicy } from '../policyConsent';
import { isResumable, specName } from '../runSummary';
import { sampleIn } from '../sample';
import { pickSource } from '../source';
import type { Action, Editor } from '../editor';
import type { ResultCommands } from './resultCommands';

/** Run, resume, cancel and watch: what a person does with runs. */
export interface RunCommands {
  run: Action;
  resume: Action;
  /** Resumes a run past the gate that waits, after the person said so. */
  approve: Action;
  cancel: Action;
  /** Ends an interrupted run for good. */
  discard: Action;
  showTimeline: Action;
}

export function createRunCommands(editor: Editor, results: ResultCommands): RunCommands {
  const { core, runs, log, timeline } = editor;
  /** Runs that this window drives, by folder. */
  const handles = new Map<string, RunHandle>();

  /** Watches over a run that this window drives, from its first event to its outcome. */
  function drive(handle: RunHandle): void {
    handles.set(handle.dir, handle);
    editor.twins.follow(handle);
    timeline.show(handle.dir);
    handle.done
      .finally(() => handles.delete(handle.dir))
      .then(() => tellOutcome(handle.dir))
      .catch((error: unknown) => showError(log, error));
  }

  /** A sample comes with its hidden scenarios; they go into its vault before its first run. */
  async function importSampleHoldouts(folder: string): Promise<void> {
    const sample = sampleIn(editor.context, folder);
    if (!sample) return;
    // They are always at hand: a key that secret storage forgot loses nothing.
    if (!(await (await core()).supplyHoldouts(folder, sample.holdouts))) return;
    await editor.holdouts.refresh(folder);
  }

  async function tellOutcome(dir: string): Promise<void> {
    const state = reduce(await readJournal(path.join(dir, 'journal.jsonl')));
    const message = outcomeMessage(state);
    log.info(message);
    if (state.outcome?.outcome === 'cancelled') return;
    const tell =
      state.outcome?.outcome === 'accepted'
        ? vscode.window.showInformationMessage
        : vscode.window.showWarningMessage;
    const choices = state.branch ? delivered : state.gate ? waiting : [showTimeline];
    const chosen = await tell(notice(message), ...choices);
    await chosen?.act({ dir });
  }

  async function resumeWith(dir: string, approve: boolean): Promise<void> {
    requireTrust();
    const apiKey = await editor.secrets.apiKey();
    drive(await starting(async () => (await core()).resume(dir, { approve, apiKey })));
  }

  const actions: RunCommands = {
    async run(argument) {
      requireTrust();
      const spec = await pickSpec(argument);
      const folder = folderOf(spec);
      await save(spec);
      const source = await pickSource(editor, folder);
      await importSampleHoldouts(folder);
      const models = readConfiguration().roles;
      const allowedPolicy = await consentToPolicy(editor, folder);
      const request = {
        spec: spec.fsPath,
        workspace: folder,
        source,
        models,
        ...(allowedPolicy === undefined ? {} : { allowedPolicy }),
      };
      drive(await starting(async () => (await core()).start(request)));
      // What could not be read before may have got its key.
      await editor.holdouts.refresh(folder);
    },
    async resume(argument) {
      const run = await pickRun(runs, argument, {
        title: 'Resume Run',
        fits: isResumable,
        none: 'No run of the open folder can go on.',
      });
      if (run.status === 'waiting') return actions.approve({ dir: run.dir });
      await resumeWith(run.dir, false);
    },
    async approve(argument) {
      const run = await pickRun(runs, argument, {
        title: 'Approve',
        fits: ({ status }) => status === 'waiting',
        none: 'No run waits for approval.',
      });
      const gate = run.state.gate;
      const detail = visibleLine(gate?.reason ?? '');
      const chosen = await vscode.window.showInformationMessage(
        visibleLine(`Approve the ${gate?.gate ?? 'result'} of ${specName(run.state)}?`),
        { modal: true, detail },
        'Approve',
      );
      if (chosen !== 'Approve') throw new vscode.CancellationError();
      await resumeWith(run.dir, true);
    },
    async cancel(argument) {
      const run = await pickRun(runs, argument, {
        title: 'Cancel Run',
        fits: ({ status }) => status === 'running',
        none: 'No run is going on.',
      });
      const own = handles.get(run.dir);
      await (own ? own.cancel() : (await core()).cancel(run.dir));
    },
    async discard(argument) {
      const run = await pickRun(runs, argument, {
        title: 'Discard Run',
        fits: ({ status }) => status === 'interrupted' || status === 'waiting',
        none: 'No run is unfinished.',
      });
      await (await core()).discard(run.dir);
    },
    async showTimeline(argument) {
      const run = await pickRun(runs, argument, {
        title: 'Show Timeline',
        fits: () => true,
        none: 'Nothing has been run in the open folder yet.',
      });
      timeline.show(run.dir, spanOf(argument));
    },
  };
  const showTimeline = { title: 'Show Timeline', act: actions.showTimeline };
  const waiting = [showTimeline, { title: 'Approve…', act: actions.approve }];
  const delivered = [
    { title: 'Review Changes', act: results.reviewChanges },
    { title: 'Open Report', act: results.openReport },
    { title: 'Merge Result', act: results.mergeResult },
  ];
  return actions;
}

function outcomeMessage(state: RunState): string {
  const { outcome, gate } = state;
  if (gate) return `${specName(state)}: the ${gate.gate} waits for approval. ${gate.reason}`;
  return `${specName(state)}: ${outcome?.outcome ?? 'stopped'}. ${outcome?.reason ?? ''}`.trim();
}

/** The folder a spec belongs to. @throws FactoryError when none is open around it. */
function folderOf(spec: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(spec);
  if (folder) return folder.uri.fsPath;
  throw new FactoryError('bad-input', `${spec.fsPath} is outside the open folder.`, {
    hint: 'Open the folder that the factory shall work on, with the spec in it.',
  });
}

/** A run reads the spec from the disk, so what is on the screen must be there. */
async function save(spec: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === spec.toString());
  if (!document?.isDirty || (await document.save())) return;
  throw new FactoryError('failed', `${spec.fsPath} could not be saved.`, {
    hint: 'Save it, then run the factory again.',
  });
}

/** Shows that something begins that takes a moment. */
function starting<T>(work: () => Promise<T>): Thenable<T> {
  const location = vscode.ProgressLocation.Window;
  return vscode.window.withProgress({ location, title: 'Starting the factory' }, work);
}
