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

/** What a read-only document shows: of this machine, or of the run in folder `dir`. */
type Content =
  /** What trying the walls told; each time is a document of its own. */
  | { kind: 'doctor'; at: number }
  | { kind: 'report'; dir: string }
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

export function partUri(dir: string, span: string, what: OpenPart): vscode.Uri {
  const ending = what === 'output' ? 'txt' : 'json';
  return uriOf(`${span.slice(0, 6)} ${what}.${ending}`, { kind: 'part', dir, span, what });
}

/** `file` is relative to the top of the repository, with slashes. */
export function fileUri(dir: string, commit: string, file: string): vscode.Uri {
  return uriOf(file, { kind: 'file', dir, commit, path: file });
}

/** Shows reports, parts of the trace and both sides of a review, without any file being written or checked out. */
export function createDocuments(runs: Runs, core: () => Promise<Core>): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(documentScheme, {
    provideTextDocumentContent: async (uri) => {
      const content = JSON.parse(uri.query) as Content;
      if (content.kind === 'doctor')
        return (await core()).doctor(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
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
}

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
