import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const log = vscode.window.createOutputChannel('Dark Factory', { log: true });
  context.subscriptions.push(log);
  log.info(`activated in ${Math.round(performance.now() - started)} ms`);
}
