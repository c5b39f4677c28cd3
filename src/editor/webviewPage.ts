import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviewHtml } from '../shared/webviewHtml';

/** Lets a webview load its bundled page, `timeline` or `inspector`, and nothing else. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: 'timeline' | 'inspector',
  title: string,
): void {
  const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = webviewHtml({
    title,
    script: address(`${page}.js`),
    styles: [address('codicon.css')],
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    lang: vscode.env.language,
  });
}
