import { html, LitElement } from 'lit';
import { state } from 'lit/decorators.js';
import type { HostToInspector, InspectorToHost, OpenPart } from '../../src/shared/protocol';
import type { SpanDetail } from '../../src/shared/spanDetail';
import { connect } from '../shared/rpc';
import { sharedStyles } from '../shared/theme';
import { renderBlock } from './blocks';
import { renderChain } from './chainView';
import { inspectorStyles } from './styles';

/** The trace inspector: one span, what was thought, said and done, why, and what then. */
export class InspectorApp extends LitElement {
  static override styles = [sharedStyles, inspectorStyles];

  @state() private detail: SpanDetail | null = null;
  private readonly rpc = connect<HostToInspector, InspectorToHost>((message) => {
    this.detail = message.type === 'show' ? message.detail : null;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.rpc.post({ type: 'ready' });
  }

  override render() {
    const { detail } = this;
    if (!detail) {
      return html`<main class="welcome">
        <h1>Nothing selected</h1>
        <p>Choose a step on the timeline or in the Runs view to see what was thought, said and done.</p>
      </main>`;
    }
    const open = (what: OpenPart) => this.rpc.post({ type: 'open', span: detail.span, what });
    const select = (span: string) => this.rpc.post({ type: 'select', span });
    return html`<main>
      <h1>${detail.title}</h1>
      ${
        detail.chips.length > 0
          ? html`<ul class="chips" aria-label="Facts">
              ${detail.chips.map((chip) => html`<li>${chip}</li>`)}
            </ul>`
          : ''
      }
      ${detail.blocks.map((block) => renderBlock(block, { open, select }))}
      ${detail.chain.length > 1 ? renderChain(detail.chain, select) : ''}
    </main>`;
  }
}

customElements.define('df-inspector', InspectorApp);
