import { html, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import type { Mark, Progress } from '../../src/shared/runState';
import type { Outcome } from '../../src/shared/events';

interface Sign {
  /** Codicon. */
  icon: string;
  /** Class of `sharedStyles`. */
  tone: 'pass' | 'fail' | 'now' | 'wait';
  words: string;
}

export const progressSigns: Record<Progress, Sign> = {
  waiting: { icon: 'circle-large-outline', tone: 'wait', words: 'waiting' },
  running: { icon: 'sync', tone: 'now', words: 'running' },
  done: { icon: 'check', tone: 'pass', words: 'done' },
  failed: { icon: 'error', tone: 'fail', words: 'failed' },
  stopped: { icon: 'circle-slash', tone: 'wait', words: 'stopped' },
};

export const markSigns: Record<Mark, Sign> = {
  open: { icon: 'circle-small', tone: 'wait', words: 'open' },
  pass: { icon: 'check', tone: 'pass', words: 'yes' },
  fail: { icon: 'close', tone: 'fail', words: 'no' },
};

export const outcomeSigns: Record<Outcome, Sign> = {
  accepted: { icon: 'pass-filled', tone: 'pass', words: 'Accepted' },
  rejected: { icon: 'error', tone: 'fail', words: 'Rejected' },
  'needs-human': { icon: 'person', tone: 'now', words: 'Needs a person' },
  'over-budget': { icon: 'credit-card', tone: 'fail', words: 'Over budget' },
  contaminated: { icon: 'shield', tone: 'fail', words: 'Contaminated' },
  cancelled: { icon: 'circle-slash', tone: 'wait', words: 'Cancelled' },
  failed: { icon: 'error', tone: 'fail', words: 'Failed' },
};

/** A sign as a picture; its words must stand beside it or in a label. */
export function signIcon({ icon, tone }: Sign, size = 14): TemplateResult {
  return html`<vscode-icon class=${tone} name=${icon} size=${size} aria-hidden="true"></vscode-icon>`;
}
