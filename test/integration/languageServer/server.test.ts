import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeActionKind,
  CodeActionRequest,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DocumentSymbolRequest,
  HoverRequest,
  TextDocumentSyncKind,
  type CodeAction,
  type DocumentSymbol,
  type MarkupContent,
} from 'vscode-languageserver/node';
import {
  coverageNotification,
  specRequest,
  type CoverageParams,
  type SpecSummary,
} from '../../../src/shared/languageProtocol';
import { buildServer, close, startSession, type Session } from './session';

const text = `---
comands: { test: npm test }
---
# Bot

## Requirements

- **R1** The bot MUST answer quickly, as R2 says.
- **R2** The bot SHOULD stop.
`;

describe('language server', () => {
  let built: Awaited<ReturnType<typeof buildServer>>;
  let session: Session;
  let uri = '';
  let documents = 0;

  before(async () => {
    built = await buildServer();
  });
  after(() => built.remove());
  beforeEach(async () => {
    session = await startSession(built.root);
    uri = `file:///work%20space/bot${++documents}.spec.md`;
  });
  afterEach(async () => {
    assert.equal(await session.end(), 0);
  });

  it('says what it can do', () => {
    const { capabilities } = session.initialized;
    assert.equal(capabilities.textDocumentSync, TextDocumentSyncKind.Incremental);
    assert.equal(capabilities.hoverProvider, true);
    assert.equal(capabilities.documentSymbolProvider, true);
    assert.deepEqual(capabilities.codeActionProvider, { codeActionKinds: [CodeActionKind.QuickFix] });
  });

  it('publishes findings with place, rule and a link to its explanation', async () => {
    const { diagnostics, version } = await session.open(uri, text);
    assert.equal(version, 1);
    assert.deepEqual(
      diagnostics.map(({ code, severity, range: { start, end } }) => [
        code,
        severity,
        start.line,
        start.character,
        end.character,
      ]),
      [
        ['front-matter/unknown-key', DiagnosticSeverity.Error, 1, 0, 7],
        ['wording/vague', DiagnosticSeverity.Warning, 7, 29, 36],
      ],
    );
    assert.equal(
      diagnostics[0]?.message,
      '`comands` is not a key of the front matter. Did you mean `commands`?',
    );
    const page = pathToFileURL(path.join(built.root, 'media/docs/spec-rules.md')).href;
    assert.equal(diagnostics[1]?.codeDescription?.href, `${page}#wordingvague`);
  });

  it('follows typing', async () => {
    await session.open(uri, text);
    const answer = session.published(uri);
    const replace = (line: number, from: number, to: number, inserted: string, version: number) =>
      session.connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [
          { range: { start: { line, character: from }, end: { line, character: to } }, text: inserted },
        ],
      });
    await replace(1, 0, 7, 'commands', 2);
    await replace(7, 29, 36, 'nicely', 3);
    await replace(7, 29, 35, 'within 1 s', 4);
    const { diagnostics, version } = await answer;
    assert.equal(version, 4);
    assert.deepEqual(diagnostics, []);
  });

  it('takes severities from the editor, and again when they change', async () => {
    session.settings.rules = { 'wording/vague': 'error', 'front-matter/unknown-key': 'off', broken: 7 };
    const { diagnostics } = await session.open(uri, text);
    assert.deepEqual(
      diagnostics.map(({ severity }) => severity),
      [DiagnosticSeverity.Error, DiagnosticSeverity.Error],
    );
    session.settings.rules = { 'wording/vague': 'off' };
    const answer = session.published(uri);
    await session.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    assert.deepEqual(
      (await answer).diagnostics.map(({ code }) => code),
      ['front-matter/unknown-key'],
    );
  });

  it('reports missing scenarios once it hears of coverage', async () => {
    await session.open(uri, text);
    const answer = session.published(uri);
    const params: CoverageParams = { uri, scenariosCovering: { R1: 1 } };
    await session.connection.sendNotification(coverageNotification, params);
    const missing = (await answer).diagnostics.filter(({ code }) => code === 'coverage/no-holdout');
    assert.deepEqual(
      missing.map(({ range }) => range.start),
      [{ line: 8, character: 4 }],
    );
  });

  it('remembers coverage that came before the document', async () => {
    const params: CoverageParams = { uri, scenariosCovering: { R2: 1 } };
    await session.connection.sendNotification(coverageNotification, params);
    const { diagnostics } = await session.open(uri, text);
    const missing = diagnostics.filter(({ code }) => code === 'coverage/no-holdout');
    assert.deepEqual(
      missing.map(({ range }) => range.start.line),
      [7],
    );
  });

  const hoverText = async (line: number, character: number) => {
    const hover = await session.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line, character },
    });
    return (hover?.contents as MarkupContent | undefined)?.value;
  };

  it('explains a finding on hover, and shows requirements that are referred to', async () => {
    await session.open(uri, text);
    const vague = (await hoverText(7, 31)) ?? '';
    assert.match(vague, /two people would measure differently/);
    assert.match(vague, /less than 5 s/);
    assert.match(vague, /\[wording\/vague\]\(file:.*#wordingvague\)/);
    assert.equal(await hoverText(7, 42), '**R2** (SHOULD) The bot SHOULD stop.');
    assert.equal(await hoverText(8, 5), undefined);
    assert.equal(await hoverText(3, 3), undefined);
  });

  const actionsAt = (line: number, character: number, only?: string[]) =>
    session.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: { line, character }, end: { line, character } },
      context: { diagnostics: [], ...(only ? { only } : {}) },
    }) as Promise<CodeAction[]>;

  it('offers quick fixes where a finding has one', async () => {
    await session.open(uri, text);
    const [action, ...others] = await actionsAt(1, 3);
    assert.deepEqual(others, []);
    assert.equal(action?.title, "Rename to 'commands'");
    assert.equal(action.kind, CodeActionKind.QuickFix);
    assert.deepEqual(action.edit?.changes?.[uri], [
      {
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 7 } },
        newText: 'commands',
      },
    ]);
    assert.equal(action.diagnostics?.[0]?.code, 'front-matter/unknown-key');
    assert.deepEqual(await actionsAt(7, 31), []);
    assert.deepEqual(await actionsAt(1, 3, [CodeActionKind.Refactor]), []);
    assert.equal((await actionsAt(1, 3, [CodeActionKind.QuickFix])).length, 1);
  });

  it('lists requirements as symbols', async () => {
    await session.open(uri, text);
    const symbols = (await session.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri },
    })) as DocumentSymbol[];
    assert.deepEqual(
      symbols.map(({ name, detail, range }) => [name, detail, range.start.line]),
      [
        ['R1', 'The bot MUST answer quickly, as R2 says.', 7],
        ['R2', 'The bot SHOULD stop.', 8],
      ],
    );
  });

  it('answers the editor what its lenses need, also before anything was published', async () => {
    const opened = session.open(uri, text);
    const summary = await session.connection.sendRequest<SpecSummary | null>(specRequest, { uri });
    assert.deepEqual(summary, {
      requirements: [
        { id: 'R1', range: { startLine: 8, startColumn: 2, endLine: 8, endColumn: 49 } },
        { id: 'R2', range: { startLine: 9, startColumn: 2, endLine: 9, endColumn: 29 } },
      ],
      findings: 2,
      errors: 1,
    });
    await opened;
    assert.equal(await session.connection.sendRequest(specRequest, { uri: 'file:///other.spec.md' }), null);
  });

  it('forgets a closed document', async () => {
    await session.open(uri, text);
    const params: CoverageParams = { uri, scenariosCovering: {} };
    const heard = session.published(uri);
    await session.connection.sendNotification(coverageNotification, params);
    await heard;
    assert.deepEqual((await close(session, uri)).diagnostics, []);
    assert.equal(await session.connection.sendRequest(specRequest, { uri }), null);
    const { diagnostics } = await session.open(uri, text);
    assert.equal(diagnostics.length, 2, 'coverage is told again by the editor');
  });
});
