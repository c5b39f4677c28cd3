import { html, nothing, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { formatClock, formatCount, formatUsd } from '../../src/shared/format';
import type { TimelineCommand } from '../../src/shared/protocol';
import { withheldVerdicts } from '../../src/shared/shownVerdicts';
import { cachedShare, totalTokens, type RunState } from '../../src/shared/runState';
import { outcomeSigns, progressSigns, signIcon } from './icons';

export interface HeaderModel {
  run: RunState;
  live: boolean;
  now: number;
  filter: string;
  problem: string | null;
  following: boolean;
}

export interface HeaderActions {
  onFilter: (text: string) => void;
  onFollow: () => void;
  onCommand: (name: TimelineCommand) => void;
  /** Shows the event that decided the outcome. */
  onWhy: (seq: number) => void;
}

/** Spec, run, money, told bits, tokens, filter and what can be done. */
export function renderHeader(model: HeaderModel, actions: HeaderActions): TemplateResult {
  const { run, live, now, filter, problem, following } = model;
  const { header, spend, outcome } = run;
  const sign = outcome ? outcomeSigns[outcome.outcome] : progressSigns[live ? 'running' : 'stopped'];
  const file = header?.spec.path.split(/[\\/]/).at(-1) ?? '';
  const clock = header ? formatClock(now - header.createdAt) : '';
  const tokens = `${formatCount(totalTokens(spend))} tokens`;
  return html`<header>
    <div class="run">
      ${signIcon(sign, 16)}
      <h1 title=${header?.spec.path ?? ''}>${file}</h1>
      <span class="dim">run ${header?.id.slice(0, 8)} · ${clock}</span>
    </div>
    ${meter('Money spent', spend.usd, header?.limits.usd ?? 0, formatUsd(spend.usd), `of $${String(header?.limits.usd)}`)}
    ${meter('Bits told', spend.bitsTold, header?.limits.bits ?? 0, `${formatBits(spend.bitsTold)} bits`, `of ${String(header?.limits.bits)} told`)}
    <span class="dim tokens">${tokens}, ${Math.round(100 * cachedShare(spend))} % cached</span>
    <span class="grow"></span>
    <vscode-textfield
      class="filter"
      label="Filter the steps"
      placeholder="role:debugger tool:bash cost>0.02"
      title=${problem ?? 'Filter the steps: role: agent: task: tool: command: twin: req: is:failed cost> seconds>'}
      .value=${filter}
      ?invalid=${problem !== null}
      @input=${(event: Event) => actions.onFilter((event.target as HTMLInputElement).value)}
    ></vscode-textfield>
    <div class="buttons">
      <vscode-toolbar-button
        toggleable
        ?checked=${following}
        label="Follow the run"
        @change=${actions.onFollow}
        >Follow</vscode-toolbar-button
      >
      ${
        live && !outcome
          ? html`<vscode-toolbar-button @click=${() => actions.onCommand('cancel')}
              >Cancel</vscode-toolbar-button
            >`
          : nothing
      }
    </div>
    ${problem ? html`<p class="problem" role="status">${problem}</p>` : nothing}
  </header>`;
}

const formatRules = (rules: number): string =>
  rules === 1 ? '1 Proposed Rule…' : `${String(rules)} Proposed Rules…`;
const formatBits = (bits: number): string => bits.toFixed(1).replace('.0', '');

function meter(label: string, value: number, max: number, shown: string, limit: string): TemplateResult {
  return html`<div class="meter">
    <span>${shown}</span>
    <progress aria-label=${label} max=${Math.max(max, 1e-9)} .value=${Math.min(value, max)}></progress>
    <span class="dim">${limit}</span>
  </div>`;
}

/** The one thing a person has to know or decide now: a gate, an interruption, or the outcome. */
export function renderNotice(
  { run, live }: HeaderModel,
  actions: HeaderActions,
): TemplateResult | typeof nothing {
  const button = (name: TimelineCommand, text: string, secondary = true) =>
    html`<vscode-button ?secondary=${secondary} @click=${() => actions.onCommand(name)}
      >${text}</vscode-button
    >`;
  const { gate, outcome, report, branch } = run;
  if (gate && (!outcome || outcome.outcome === 'needs-human')) {
    return html`<div class="notice">
      ${signIcon(outcomeSigns['needs-human'], 16)}
      <p><b>The ${gate.gate} waits for approval.</b> ${gate.reason}</p>
      ${report ? button('openReport', 'Open Report') : nothing} ${button('approve', 'Approve', false)}
    </div>`;
  }
  if (outcome) {
    const sign = outcomeSigns[outcome.outcome];
    const { decidedBy } = outcome;
    return html`<div class="notice">
      ${signIcon(sign, 16)}
      <p><b>${sign.words}.</b> ${outcome.reason}</p>
      ${
        decidedBy === null
          ? nothing
          : html`<vscode-button secondary @click=${() => actions.onWhy(decidedBy)}>Show Why</vscode-button>`
      }
      ${report ? button('openReport', 'Open Report') : nothing}
      ${withheldVerdicts(run).length > 0 && !live ? button('showVerdicts', 'Show Verdicts…') : nothing}
      ${
        run.proposals.length > 0 && !live
          ? button('reviewRules', `Review ${formatRules(run.proposals.length)}`)
          : nothing
      }
      ${
        branch
          ? [
              button('reviewChanges', 'Review Changes'),
              button('mergeResult', 'Merge Result', outcome.outcome !== 'accepted'),
            ]
          : nothing
      }
    </div>`;
  }
  if (live) return nothing;
  return html`<div class="notice">
    ${signIcon(progressSigns.stopped, 16)}
    <p><b>This run was interrupted.</b> What is finished is kept; resuming goes on where it stopped.</p>
    ${button('resume', 'Resume', false)}
  </div>`;
}
