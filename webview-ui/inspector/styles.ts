import { css } from 'lit';

/** Layout of the inspector page. */
export const inspectorStyles = css`
  :host {
    min-height: 100vh;
    background: var(--vscode-sideBar-background);
  }
  main {
    padding: 9px 14px 16px;
    overflow-wrap: anywhere;
  }
  h1 {
    margin-bottom: 7px;
    color: var(--df-dim);
    font-size: 11px;
    letter-spacing: 0.04em;
    text-transform: uppercase;
  }
  h2 {
    padding: 10px 0 4px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 5px;
    margin: 0 0 10px;
    padding: 0;
    list-style: none;
  }
  .chips li {
    padding: 0 8px;
    background: var(--df-chip);
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 9px;
    font-size: 11.5px;
  }
  p {
    margin: 0 0 8px;
  }
  .text,
  blockquote {
    white-space: pre-wrap;
  }
  blockquote {
    margin: 4px 0 10px;
    padding: 1px 0 1px 9px;
    border-left: 2px solid var(--vscode-charts-purple);
    color: var(--df-dim);
    font-style: italic;
  }
  pre {
    max-height: 320px;
    margin: 4px 0 10px;
    padding: 6px 9px;
    overflow: auto;
    background: var(--vscode-editor-background);
    border: 1px solid var(--df-line);
    border-radius: 4px;
    font: 11.5px/1.5 var(--df-mono);
    tab-size: 4;
    white-space: pre;
  }
  pre.diff {
    padding: 6px 0;
  }
  pre.diff span {
    display: block;
    min-width: max-content;
    padding: 0 9px;
  }
  .add {
    background: var(--vscode-diffEditor-insertedLineBackground);
  }
  .del {
    background: var(--vscode-diffEditor-removedLineBackground);
  }
  button {
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: left;
    cursor: pointer;
  }
  .call {
    display: block;
    width: 100%;
    padding: 0;
  }
  button.call:hover .dim {
    text-decoration: underline;
  }
  .more {
    margin: -4px 0 10px;
    padding: 0;
    color: var(--vscode-textLink-foreground);
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 2px 12px;
    margin: 4px 0 10px;
  }
  dt {
    color: var(--df-dim);
  }
  dd {
    margin: 0;
    white-space: pre-wrap;
  }
  .chain {
    display: grid;
    gap: 1px;
    margin: 0 -6px;
    padding: 0;
    list-style: none;
  }
  .chain button {
    display: flex;
    align-items: baseline;
    gap: 8px;
    width: 100%;
    padding: 3px 6px;
    border-radius: 4px;
  }
  .chain button:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .chain .me {
    background: var(--vscode-list-inactiveSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .key {
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 2px;
    background: var(--vscode-charts-blue);
  }
  .key.tool {
    background: var(--vscode-charts-green);
  }
  .key.command {
    background: var(--vscode-charts-orange);
  }
  .key.twin {
    background: var(--vscode-terminal-ansiCyan);
  }
  .key.validate,
  .key.verdict {
    background: var(--vscode-charts-purple);
  }
  .key.requirement {
    background: var(--vscode-testing-iconPassed);
  }
  .key.agent,
  .key.task,
  .key.stage {
    background: var(--df-dim);
  }
  .key.bad {
    background: var(--vscode-testing-iconFailed);
    border-radius: 50%;
  }
  .welcome p {
    color: var(--df-dim);
  }
`;
