import { html, type TemplateResult } from 'lit';
import type { Mark, RequirementState } from '../../src/shared/runState';
import { markSigns, signIcon } from './icons';

export interface RequirementActions {
  /** A requirement was chosen: show what belongs to it. */
  onRequirement: (requirement: RequirementState) => void;
}

/** Requirements with what is known of each: done, visibly tested, judged by hidden scenarios. */
export function renderRequirements(
  requirements: RequirementState[],
  chosen: string,
  { onRequirement }: RequirementActions,
): TemplateResult {
  return html`<table class="requirements">
    <colgroup>
      <col class="id" />
      <col />
      <col class="mark" />
      <col class="mark" />
      <col class="mark" />
    </colgroup>
    <thead>
      <tr>
        <th scope="col" colspan="2"><h2>Requirements</h2></th>
        <th scope="col" title="A changed file and an executed check say so">done</th>
        <th scope="col" title="Visible checks passed">test</th>
        <th scope="col" title="Hidden scenarios passed">hidden</th>
      </tr>
    </thead>
    <tbody>
      ${requirements.map((requirement) => {
        const { id, title, modality, done, test, hidden } = requirement;
        const isChosen = chosen === `req:${id}`;
        return html`<tr class=${isChosen ? 'chosen' : ''}>
          <td class="dim">${id}</td>
          <th scope="row">
            <button
              title="${modality}: ${title}"
              aria-pressed=${isChosen}
              @click=${() => onRequirement(requirement)}
            >
              ${title}
            </button>
          </th>
          ${renderMark(done)}${renderMark(test)}${renderMark(hidden)}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function renderMark(mark: Mark): TemplateResult {
  const sign = markSigns[mark];
  return html`<td class="mark">${signIcon(sign, 13)}<span class="hidden">${sign.words}</span></td>`;
}
