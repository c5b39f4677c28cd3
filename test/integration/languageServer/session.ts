import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import {
  createProtocolConnection,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ConfigurationRequest,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';

/** A folder like the extension's, with the server's bundle of the working tree in `dist`. Remove it when done. */
export async function buildServer(): Promise<{ root: string; remove: () => void }> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'dark-factory-server-')));
  await build({
    entryPoints: { server: 'src/language-server/server.ts' },
    outdir: path.join(root, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** An editor's side of the conversation with a server process of its own. */
export interface Session {
  connection: ProtocolConnection;
  initialized: InitializeResult;
  /** What the editor answers for `darkFactory.spec.rules`. */
  settings: { rules: unknown };
  open(uri: string, text: string): Promise<PublishDiagnosticsParams>;
  /** The next findings published for a document. */
  published(uri: string): Promise<PublishDiagnosticsParams>;
  /** Ends the conversation as the protocol says; resolves with the exit status. */
  end(): Promise<number | null>;
}

export async function startSession(root: string): Promise<Session> {
  const server = spawn(process.execPath, [path.join(root, 'dist/server.js'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit') as Promise<[number | null]>;
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const settings: Session['settings'] = { rules: {} };
  const waiting = new Map<string, (params: PublishDiagnosticsParams) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    waiting.get(params.uri)?.(params);
    waiting.delete(params.uri);
  });
  connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => settings.rules));
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { workspace: { configuration: true } },
  });
  await connection.sendNotification(InitializedNotification.type, {});

  const published = (uri: string) =>
    new Promise<PublishDiagnosticsParams>((resolve) => waiting.set(uri, resolve));
  return {
    connection,
    initialized,
    settings,
    published,
    async open(uri, text) {
      const answer = published(uri);
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'dark-factory-spec', version: 1, text },
      });
      return answer;
    },
    async end() {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      const [status] = await exited;
      connection.dispose();
      return status;
    },
  };
}

/** Closes a document and waits until its findings are gone. */
export async function close(session: Session, uri: string): Promise<PublishDiagnosticsParams> {
  const answer = session.published(uri);
  await session.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  return answer;
}
