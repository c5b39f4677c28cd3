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
  return html`<h2>Requirements <span aria-hidden="true">done · test · hidden</span></h2>
    <table class="requirements" aria-label="Requirements">
      <colgroup>
        <col class="id" />
        <col />
        <col class="mark" />
        <col class="mark" />
        <col class="mark" />
      </colgroup>
      <thead class="hidden">
        <tr>
          <th scope="col">Id</th>
          <th scope="col">Requirement</th>
          <th scope="col">Done</th>
          <th scope="col">Test</th>
          <th scope="col">Hidden</th>
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
            ${renderMark(done, 'A changed file and an executed check say so')}
            ${renderMark(test, 'Visible checks passed')} ${renderMark(hidden, 'Hidden scenarios passed')}
          </tr>`;
        })}
      </tbody>
    </table>`;
}

function renderMark(mark: Mark, meaning: string): TemplateResult {
  const sign = markSigns[mark];
  return html`<td title=${`${meaning}: ${sign.words}`}>
    ${signIcon(sign, 13)}<span class="hidden">${sign.words}</span>
  </td>`;
}
