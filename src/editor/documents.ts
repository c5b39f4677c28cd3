import path from 'node:path';
import * as vscode from 'vscode';
import { documentScheme } from '../shared/contributions';
import { FactoryError } from '../shared/errors';
import type { OpenPart } from '../shared/protocol';
import { readText } from '../trace/journal';
import { readJournal } from '../trace/tail';
import type { Core } from './core';
import { partTexts } from './parts';
import type { Runs } from './runs';
import type { TwinPlace, Twins } from './twins';

/** What a read-only document shows: of this machine, or of the run in folder `dir`. */
type Content =
  /** What trying the walls told; each time is a document of its own. */
  | { kind: 'doctor'; at: number }
  | { kind: 'report'; dir: string }
  | { kind: 'twin'; place: TwinPlace }
  | { kind: 'part'; dir: string; span: string; what: OpenPart }
  /** A file as it is in a commit of the factory's own repository. */
  | { kind: 'file'; dir: string; commit: string; path: string };

function uriOf(name: string, content: Content): vscode.Uri {
  return vscode.Uri.from({ scheme: documentScheme, path: `/${name}`, query: JSON.stringify(content) });
}

export function doctorUri(): vscode.Uri {
  return uriOf('Doctor.txt', { kind: 'doctor', at: Date.now() });
}

export function reportUri(dir: string, name: string): vscode.Uri {
  return uriOf(`${name} report.md`, { kind: 'report', dir });
}

/** The state of a twin, kept up to date while it is open. */
export function twinStateUri(place: TwinPlace): vscode.Uri {
  const name = 'id' in place ? `twin ${place.id}` : `${place.name} of ${place.owner}`;
  return uriOf(`${name} state.json`, { kind: 'twin', place });
}

export function partUri(dir: string, span: string, what: OpenPart): vscode.Uri {
  const ending = what === 'output' ? 'txt' : 'json';
  return uriOf(`${span.slice(0, 6)} ${what}.${ending}`, { kind: 'part', dir, span, what });
}

/** `file` is relative to the top of the repository, with slashes. */
export function fileUri(dir: string, commit: string, file: string): vscode.Uri {
  return uriOf(file, { kind: 'file', dir, commit, path: file });
}

/** Milliseconds between two looks at the states on show. */
const freshMs = 500;

/** Shows reports, parts of the trace and both sides of a review, without any file being written or checked out. */
export function createDocuments(runs: Runs, twins: Twins, core: () => Promise<Core>): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let timer: NodeJS.Timeout | undefined;
  /** Whatever happens to a twin, what is shown of its state may be old. */
  const refresh = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === documentScheme && contentOf(uri).kind === 'twin') changed.fire(uri);
      }
    }, freshMs);
  };
  const provider = vscode.workspace.registerTextDocumentContentProvider(documentScheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const content = contentOf(uri);
      if (content.kind === 'doctor')
        return (await core()).doctor(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
      if (content.kind === 'twin') return twins.stateOf(content.place);
      // Anyone may open such an address: only runs that are on show can be read through it.
      if (!runs.get(content.dir)) throw unknownRun(content.dir);
      switch (content.kind) {
        case 'report':
          return (await core()).report(content.dir);
        case 'file':
          return (await core()).fileAt(content.dir, content.commit, content.path);
        case 'part':
          return partText(content.dir, content.span, content.what);
      }
    },
  });
  return vscode.Disposable.from(provider, changed, twins.onDidChange(refresh), runs.onDidChange(refresh), {
    dispose: () => clearTimeout(timer),
  });
}

const contentOf = (uri: vscode.Uri): Content => JSON.parse(uri.query) as Content;

async function partText(dir: string, span: string, what: OpenPart): Promise<string> {
  const events = await readJournal(path.join(dir, 'journal.jsonl'));
  const texts = partTexts(events, span, what).map((text) => readText(dir, text));
  return (what === 'output' ? texts : texts.map(indented)).join('\n');
}

function indented(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

function unknownRun(dir: string): FactoryError {
  return new FactoryError('bad-input', `${dir} is no run of an open folder.`, {
    hint: 'Open the folder that the run belongs to.',
  });
}
