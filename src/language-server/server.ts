import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CodeActionKind,
  createConnection,
  DidChangeConfigurationNotification,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../shared/errors';
import {
  coverageNotification,
  specRequest,
  type CoverageParams,
  type SpecRequestParams,
  type SpecSummary,
} from '../shared/languageProtocol';
import type { RuleSettings } from '../spec/lint';
import { hoverAt } from './hover';
import { readSpec, ruleSettingsFrom, summaryOf, type ReadSpec } from './specs';
import { overlaps, toCodeAction, toDiagnostic, toLspRange, toSymbol } from './translate';

/** The extension's folder: this program is `dist/server.js` in it. */
const root = path.resolve(__dirname, '..');
/** How long a person must pause typing before findings are shown, in milliseconds. */
const pauseMs = 150;

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);

/** What is known by URI: from the editor, and what was made of it. Forgotten when the document is closed. */
const coverage = new Map<string, Record<string, number>>();
const settings = new Map<string, Promise<RuleSettings>>();
const readings = new Map<string, Reading>();
const timers = new Map<string, NodeJS.Timeout>();
let pullsConfiguration = false;

/** A spec with everything that went into reading it. */
interface Reading {
  from: { version: number; covering: Record<string, number> | undefined; rules: RuleSettings };
  spec: ReadSpec;
}

async function specAt(uri: string): Promise<ReadSpec | undefined> {
  const rules = await settingsFor(uri);
  const document = documents.get(uri);
  if (!document) return undefined;
  const from: Reading['from'] = { version: document.version, covering: coverage.get(uri), rules };
  const known = readings.get(uri);
  if (known && isDeepStrictEqual(known.from, from)) return known.spec;
  const spec = readSpec(document, from.covering, rules);
  readings.set(uri, { from, spec });
  return spec;
}

function settingsFor(uri: string): Promise<RuleSettings> {
  const known = settings.get(uri);
  if (known) return known;
  const asked = pullsConfiguration ? askSettings(uri) : Promise.resolve({});
  settings.set(uri, asked);
  return asked;
}

async function askSettings(uri: string): Promise<RuleSettings> {
  try {
    const section = 'darkFactory.spec.rules';
    return ruleSettingsFrom(await connection.workspace.getConfiguration({ scopeUri: uri, section }));
  } catch (error) {
    settings.delete(uri);
    throw error;
  }
}

async function publish(uri: string): Promise<void> {
  const read = await specAt(uri);
  const version = documents.get(uri)?.version;
  if (!read || version === undefined) return;
  const diagnostics = read.findings.map((finding) => toDiagnostic(finding, root));
  await connection.sendDiagnostics({ uri, version, diagnostics });
}

/** Publishes after a pause, so that a sentence half typed is not found fault with at every letter. */
function publishSoon(uri: string, delayMs: number): void {
  clearTimeout(timers.get(uri));
  const timer = setTimeout(() => {
    timers.delete(uri);
    publish(uri).catch((error: unknown) => connection.console.error(`${uri}: ${messageOf(error)}`));
  }, delayMs);
  timers.set(uri, timer);
}

connection.onInitialize(({ capabilities }) => {
  pullsConfiguration = capabilities.workspace?.configuration === true;
  return {
    serverInfo: { name: 'Dark Factory specs' },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      documentSymbolProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    },
  };
});

connection.onInitialized(async () => {
  if (pullsConfiguration) await connection.client.register(DidChangeConfigurationNotification.type);
});

connection.onDidChangeConfiguration(() => {
  settings.clear();
  for (const uri of documents.keys()) publishSoon(uri, 0);
});

connection.onNotification(coverageNotification, ({ uri, scenariosCovering }: CoverageParams) => {
  coverage.set(uri, scenariosCovering);
  publishSoon(uri, 0);
});

documents.onDidChangeContent(({ document }) => publishSoon(document.uri, pauseMs));
documents.onDidClose(async ({ document: { uri } }) => {
  clearTimeout(timers.get(uri));
  for (const known of [coverage, settings, readings, timers]) known.delete(uri);
  await connection.sendDiagnostics({ uri, diagnostics: [] });
});

connection.onRequest(specRequest, async ({ uri }: SpecRequestParams): Promise<SpecSummary | null> => {
  const read = await specAt(uri);
  return read ? summaryOf(read) : null;
});

connection.onHover(async ({ textDocument: { uri }, position }) => {
  const read = await specAt(uri);
  const document = documents.get(uri);
  return read && document ? hoverAt(read, document, position, root) : null;
});

connection.onCodeAction(async ({ textDocument: { uri }, range, context }) => {
  const wanted = context.only ?? [CodeActionKind.QuickFix];
  if (!wanted.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
  const read = await specAt(uri);
  return (read?.findings ?? [])
    .filter((finding) => overlaps(toLspRange(finding.range), range))
    .flatMap((finding) => toCodeAction(finding, uri, root) ?? []);
});

connection.onDocumentSymbol(async ({ textDocument: { uri } }) =>
  ((await specAt(uri))?.spec.requirements ?? []).map(toSymbol),
);

documents.listen(connection);
connection.listen();
