import { css } from 'lit';

/** Layout of the timeline page. */
export const timelineStyles = css`
  :host {
    height: 100vh;
    background: var(--vscode-editor-background);
  }
  main {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .body {
    flex: 1;
    display: grid;
    grid-template: minmax(0, 1fr) / 264px minmax(0, 1fr);
    min-height: 0;
  }
  header,
  .notice,
  ol.stages {
    border-bottom: 1px solid var(--df-line);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    padding: 6px 14px;
  }
  .run {
    display: flex;
    align-items: center;
    gap: 7px;
    min-width: 0;
  }
  h1 {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .run .dim,
  .tokens {
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .grow {
    flex: 1;
  }
  .meter {
    display: flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  progress {
    appearance: none;
    width: 74px;
    height: 4px;
    border: 0;
    border-radius: 2px;
    overflow: hidden;
    background: var(--df-chip);
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }
  progress::-webkit-progress-bar {
    background: transparent;
  }
  progress::-webkit-progress-value {
    background: var(--vscode-progressBar-background, var(--vscode-focusBorder));
  }
  .filter {
    flex: 0 1 270px;
    min-width: 120px;
    width: auto;
    font-family: var(--df-mono);
  }
  .buttons {
    display: flex;
    gap: 4px;
  }
  .problem {
    flex-basis: 100%;
    margin: 0;
    color: var(--vscode-descriptionForeground);
    text-align: right;
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 9px;
    padding: 6px 14px;
    background: var(--vscode-sideBar-background);
  }
  .notice p {
    flex: 1 1 260px;
    margin: 0;
    overflow-wrap: anywhere;
  }
  ol.stages {
    display: flex;
    flex-wrap: wrap;
    margin: 0;
    padding: 6px 14px;
    list-style: none;
  }
  ol.stages li {
    position: relative;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-right: 30px;
    white-space: nowrap;
  }
  ol.stages li:not(:last-child)::after {
    content: '';
    position: absolute;
    right: 9px;
    width: 12px;
    height: 1px;
    background: var(--df-dim);
    opacity: 0.5;
  }
  li.waiting,
  li.stopped {
    color: var(--df-dim);
  }
  li.running {
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  small {
    max-width: 200px;
    overflow: hidden;
    color: var(--df-dim);
    font-size: 11.5px;
    font-weight: 400;
    text-overflow: ellipsis;
  }
  aside {
    overflow: hidden auto;
    background: var(--vscode-sideBar-background);
    border-right: 1px solid var(--df-line);
  }
  .plan {
    padding: 2px 8px 8px;
    overflow-x: auto;
  }
  .plan svg {
    display: block;
    margin: 0 auto;
  }
  .empty {
    margin: 0;
    padding: 4px 14px 10px;
  }
  .edge {
    fill: none;
    stroke: var(--df-dim);
    stroke-opacity: 0.55;
  }
  .node {
    cursor: pointer;
    outline: none;
  }
  .node rect {
    fill: var(--vscode-editor-background);
    stroke: currentColor;
  }
  .node .stroke {
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
  }
  .node .full {
    fill: currentColor;
  }
  .node text {
    fill: var(--vscode-foreground);
    font-size: 12px;
  }
  .node .title {
    fill: var(--df-dim);
    font-size: 11px;
  }
  .node.now rect,
  .node.chosen rect {
    stroke-width: 2;
  }
  .node.chosen rect {
    fill: var(--vscode-list-inactiveSelectionBackground, var(--vscode-editor-background));
  }
  .node:focus-visible rect {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2;
  }
  table {
    width: 100%;
    padding-right: 12px;
    border-spacing: 0;
    table-layout: fixed;
    font-size: 12.5px;
  }
  col.id {
    width: 46px;
  }
  col.mark {
    width: 22px;
  }
  h2 {
    display: flex;
    justify-content: space-between;
  }
  h2 span {
    font-weight: 400;
    letter-spacing: 0;
    text-transform: none;
  }
  td {
    padding: 1px 0;
    text-align: center;
  }
  td:first-child {
    padding-left: 14px;
    overflow: hidden;
    font: 11.5px var(--df-mono);
    text-align: left;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  tbody th {
    font-weight: 400;
    text-align: left;
  }
  tbody button {
    display: block;
    width: 100%;
    padding: 2px 4px;
    overflow: hidden;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: left;
    text-overflow: ellipsis;
    white-space: nowrap;
    cursor: pointer;
  }
  tr.chosen {
    background: var(--vscode-list-inactiveSelectionBackground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  td vscode-icon {
    vertical-align: middle;
  }
  .welcome {
    display: grid;
    place-content: center;
    gap: 6px;
    height: 100%;
    padding: 24px;
    text-align: center;
  }
  .welcome p {
    margin: 0;
    max-width: 46ch;
    color: var(--df-dim);
  }
  @media (max-width: 820px) {
    .body {
      grid-template: minmax(0, 1fr) minmax(0, 44%) / minmax(0, 1fr);
    }
    aside {
      grid-row: 2;
      border-right: 0;
      border-top: 1px solid var(--df-line);
      display: grid;
      grid-template-columns: 272px minmax(0, 1fr);
    }
    small {
      max-width: 110px;
    }
    .tokens {
      display: none;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    li.running vscode-icon {
      animation: breathe 2s ease-in-out infinite;
    }
  }
  @keyframes breathe {
    50% {
      opacity: 0.45;
    }
  }
`;
