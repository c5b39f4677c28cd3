import * as vscode from 'vscode';
import { views } from '../shared/contributions';
import { messageOf } from '../shared/errors';
import { parseInspectorMessage, type HostToInspector, type InspectorToHost } from '../shared/protocol';
import { describeSpan } from '../shared/spanDetail';
import { readText } from '../trace/journal';
import { partUri } from './documents';
import type { Trace } from './trace';
import { showPage } from './webviewPage';

/** Everything about one span, in the side panel. */
export interface Inspector extends vscode.Disposable {
  /** Shows a span of a run; the view comes forward when a person selected it. */
  show(trace: Trace, span: string): Promise<void>;
}

export function createInspector(extensionUri: vscode.Uri, log: vscode.LogOutputChannel): Inspector {
  let view: vscode.WebviewView | undefined;
  let shown: { trace: Trace; span: string } | undefined;

  async function send(): Promise<void> {
    if (!view) return;
    const message = await messageFor(shown);
    await view.webview.postMessage(message);
  }

  async function receive(message: InspectorToHost): Promise<void> {
    if (message.type === 'ready') return send();
    if (!shown) return;
    if (message.type === 'select') {
      shown = { trace: shown.trace, span: message.span };
      return send();
    }
    await vscode.window.showTextDocument(partUri(shown.trace.dir, message.span, message.what), {
      preview: true,
      viewColumn: vscode.ViewColumn.Active,
    });
  }

  const provider = vscode.window.registerWebviewViewProvider(views.inspector, {
    resolveWebviewView(resolved) {
      view = resolved;
      resolved.onDidDispose(() => (view = undefined));
      resolved.webview.onDidReceiveMessage((value: unknown) => {
        const message = parseInspectorMessage(value);
        if (message) receive(message).catch((error: unknown) => log.error(messageOf(error)));
        else log.warn(`The inspector sent something unknown: ${JSON.stringify(value).slice(0, 200)}`);
      });
      showPage(resolved.webview, extensionUri, 'inspector', 'Trace Inspector');
    },
  });

  return {
    async show(trace, span) {
      shown = { trace, span };
      if (view) {
        view.show(true);
        await send();
      } else {
        await vscode.commands.executeCommand(`${views.inspector}.focus`, { preserveFocus: true });
      }
    },
    dispose: () => void provider.dispose(),
  };
}

async function messageFor(shown: { trace: Trace; span: string } | undefined): Promise<HostToInspector> {
  if (!shown) return { type: 'empty' };
  const { trace, span } = shown;
  const detail = await describeSpan(trace.state, trace.events, span, (text) =>
    Promise.resolve(readText(trace.dir, text)),
  );
  return detail ? { type: 'show', run: trace.state.header?.id ?? '', detail } : { type: 'empty' };
}
