import { html, type TemplateResult } from 'lit';
import type { ChainLink } from '../../src/shared/chain';

/** Why and what then: each link is one click away. */
export function renderChain(chain: ChainLink[], select: (span: string) => void): TemplateResult {
  return html`<section aria-labelledby="chain">
    <h2 id="chain">Why and what then</h2>
    <ol class="chain">
      ${chain.map(
        ({ span, label, kind, ok, current }) =>
          html`<li>
            <button class=${current ? 'me' : ''} aria-current=${current} @click=${() => select(span)}>
              <i class="key ${ok === false ? 'bad' : kind}" aria-hidden="true"></i>
              <span class="words">${label}</span>
              ${ok === false ? html`<span class="hidden">failed</span>` : ''}
            </button>
          </li>`,
      )}
    </ol>
  </section>`;
}
