import { css } from 'lit';

/** Calls back when the colours of the editor changed; returns a way to stop. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}

/** The page itself: VS Code's own padding would leave a frame around it. */
const pageStyles = css`
  html,
  body {
    height: 100%;
    margin: 0;
    padding: 0;
  }
  body {
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
  }
`;

/** Tokens and parts that both pages use; every colour is the editor's. */
export const sharedStyles = css`
  :host {
    --df-line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-editorWidget-border)));
    --df-dim: var(--vscode-descriptionForeground);
    --df-chip: color-mix(in srgb, var(--vscode-foreground) 9%, transparent);
    --df-mono: var(--vscode-editor-font-family, monospace);
    display: block;
    line-height: 1.45;
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2 {
    margin: 0;
    font-size: inherit;
    font-weight: 600;
  }
  h2 {
    padding: 9px 14px 5px;
    color: var(--df-dim);
    font-size: 11px;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    white-space: nowrap;
  }
  .dim {
    color: var(--df-dim);
  }
  .pass {
    color: var(--vscode-testing-iconPassed);
    --vscode-icon-foreground: currentColor;
  }
  .fail {
    color: var(--vscode-testing-iconFailed);
    --vscode-icon-foreground: currentColor;
  }
  .now {
    color: var(--vscode-charts-blue);
    --vscode-icon-foreground: currentColor;
  }
  .wait {
    color: var(--df-dim);
    --vscode-icon-foreground: currentColor;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  ::-webkit-scrollbar {
    width: 10px;
    height: 10px;
  }
  ::-webkit-scrollbar-thumb {
    background: var(--vscode-scrollbarSlider-background);
  }
`;

/** Styles the document; components bring their own. */
export function applyPageStyles(): void {
  if (pageStyles.styleSheet) document.adoptedStyleSheets = [pageStyles.styleSheet];
}
