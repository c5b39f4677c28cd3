import { html, nothing, type TemplateResult } from 'lit';
import type { DetailBlock, DiffLine } from '../../src/shared/detailBlocks';
import type { OpenPart } from '../../src/shared/protocol';

export interface BlockActions {
  /** Opens the whole of something as a document. */
  open: (what: OpenPart) => void;
  select: (span: string) => void;
}

/** One piece of a span. Everything in it was written by agents or programs and is text, never markup. */
export function renderBlock(block: DetailBlock, actions: BlockActions): TemplateResult {
  switch (block.kind) {
    case 'text':
      return html`<p class="text">${block.text}</p>
        ${more(block.cut, 'characters', () => actions.open('message'))}`;
    case 'thinking':
      return html`<blockquote>${block.text}</blockquote>
        ${more(block.cut, 'characters', () => actions.open('message'))}`;
    case 'output':
      return html`<pre tabindex="0">${block.text}</pre>
        ${more(block.cut, 'characters', () => actions.open('output'))}`;
    case 'heading':
      return renderHeading(block, actions);
    case 'diff':
      return html`<pre class="diff" tabindex="0" aria-label="Change">${block.lines.map(renderLine)}</pre>
        ${more(block.cut, 'lines', () => actions.open('changes'))}`;
    case 'facts':
      return html`<dl>
        ${block.rows.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>`;
  }
}

function renderHeading(
  { name, text, span }: Extract<DetailBlock, { kind: 'heading' }>,
  { select }: BlockActions,
): TemplateResult {
  const words = html`<b>${name}</b> <span class="dim">${text}</span>`;
  return span === undefined
    ? html`<p class="call">${words}</p>`
    : html`<button class="call" title="Show this call" @click=${() => select(span)}>${words}</button>`;
}

function renderLine({ sign, text }: DiffLine): TemplateResult {
  const kind = sign === '+' ? 'add' : sign === '-' ? 'del' : '';
  // The sign is text, so that the change is plain without colours too.
  return html`<span class=${kind}>${`${sign} ${text}\n`}</span>`;
}

function more(cut: number, what: string, open: () => void): TemplateResult | typeof nothing {
  if (cut === 0) return nothing;
  return html`<button class="more" @click=${open}>
    Open all (${cut.toLocaleString('en')} more ${what})
  </button>`;
}
