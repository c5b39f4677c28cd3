import type { MarkerKind } from '../../src/shared/runState';
import type { Hue } from './geometry/pieces';

/** The editor's colours as a canvas needs them. */
export interface Palette {
  background: string;
  side: string;
  text: string;
  dim: string;
  line: string;
  accent: string;
  bad: string;
  /** In high contrast shapes have borders of this colour; else empty. */
  border: string;
  font: string;
  hues: Record<Hue, string>;
  markers: Record<MarkerKind, string>;
}

/** Reads the colours that are in force now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value) return value;
    }
    return style.color;
  };
  const contrast = /vscode-high-contrast/.test(document.body.className);
  const pass = colour('testing-iconPassed', 'charts-green');
  const fail = colour('testing-iconFailed', 'charts-red');
  const blue = colour('charts-blue');
  const green = colour('charts-green');
  const purple = colour('charts-purple');
  const orange = colour('charts-orange');
  const dim = colour('descriptionForeground', 'foreground');
  return {
    background: colour('editor-background'),
    side: colour('sideBar-background', 'editor-background'),
    text: colour('foreground'),
    dim,
    line: colour('contrastBorder', 'panel-border', 'editorWidget-border'),
    accent: colour('contrastActiveBorder', 'focusBorder'),
    bad: fail,
    border: contrast ? colour('contrastBorder', 'foreground') : '',
    font: style.getPropertyValue('--vscode-font-family') || 'sans-serif',
    hues: {
      thinking: purple,
      chat: blue,
      tool: green,
      command: orange,
      twin: colour('terminal-ansiCyan', 'charts-blue'),
      validate: purple,
      judged: dim,
      pass,
      fail,
    },
    markers: {
      checkpoint: green,
      merged: green,
      approved: green,
      failed: fail,
      governed: fail,
      refused: colour('charts-yellow'),
      gate: colour('charts-yellow'),
      told: purple,
      exposed: fail,
      resumed: dim,
      restarted: dim,
      finished: dim,
    },
  };
}
