import { vscode } from '../shared/vscodeApi';
import type { View } from './scene';

/** Where a person was; kept by VS Code while the page is hidden or reloaded. Never the run itself. */
export interface Navigation {
  /** Names the run and lets the host restore the panel. */
  run: string;
  view: View;
  filter: string;
  following: boolean;
  selected: string | null;
}

export function saveNavigation(navigation: Navigation): void {
  vscode.setState(navigation);
}

/** What was kept, or null when there is nothing or it was written by another version. */
export function loadNavigation(): Navigation | null {
  const kept = vscode.getState() as Partial<Navigation> | undefined;
  if (typeof kept?.run !== 'string' || typeof kept.filter !== 'string' || !kept.view) return null;
  return { following: true, selected: null, ...kept } as Navigation;
}
