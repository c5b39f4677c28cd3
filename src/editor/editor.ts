import type * as vscode from 'vscode';
import type { Core } from './core';
import type { Holdouts } from './holdouts';
import type { Runs } from './runs';
import type { Secrets } from './secrets';
import type { Timeline } from './timeline';
import type { Twins } from './twins';

/** Does what one command is for; gets what the palette, a tree or a code lens passes. @throws FactoryError */
export type Action = (argument?: unknown) => Promise<void>;

/** What the commands work with; built once in `extension.ts`. */
export interface Editor {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly secrets: Secrets;
  readonly runs: Runs;
  readonly holdouts: Holdouts;
  readonly timeline: Timeline;
  readonly twins: Twins;
  /** Loads the core when it is first needed. */
  readonly core: () => Promise<Core>;
}
