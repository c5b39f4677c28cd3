import * as vscode from 'vscode';
import type { Progress } from '../../shared/runState';

const icons: Record<Progress, [icon: string, color?: string]> = {
  waiting: ['circle-outline', 'testing.iconQueued'],
  running: ['loading~spin'],
  done: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  stopped: ['circle-slash', 'testing.iconSkipped'],
};

/** The icon of something on its way, in the colours of the Test Explorer. */
export function progressIcon(progress: Progress): vscode.ThemeIcon {
  const [icon, color] = icons[progress];
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
