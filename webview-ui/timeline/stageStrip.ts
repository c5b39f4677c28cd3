import { html, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/shared/format';
import type { RunState, StageState } from '../../src/shared/runState';
import { progressSigns, signIcon } from './icons';

/** The six stages in a line, each with what it came to. */
export function renderStages(run: RunState): TemplateResult {
  return html`<ol class="stages" aria-label="Stages">
    ${run.stages.map((stage) => {
      const sign = progressSigns[stage.state];
      const name = stage.stage.charAt(0).toUpperCase() + stage.stage.slice(1);
      return html`<li class=${stage.state} aria-current=${stage.state === 'running' ? 'step' : 'false'}>
        ${signIcon(sign)}<span class="hidden">${sign.words}: </span>${name}
        <small>${stageNote(stage)}</small>
      </li>`;
    })}
  </ol>`;
}

function stageNote({ state, ms, note, round }: StageState): string {
  const again = round > 1 ? `round ${String(round)}` : '';
  if (state === 'done') return [formatDuration(ms), note || again].filter(Boolean).join(' · ');
  return again;
}
