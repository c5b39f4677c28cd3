import { html, nothing, svg, type TemplateResult } from 'lit';
import type { TaskState } from '../../src/shared/runState';
import { planLayout, type PlanLayout, type PlanNode } from './geometry/planLayout';
import { progressSigns } from './icons';

export interface PlanActions {
  /** A task was chosen: show what belongs to it. */
  onTask: (task: TaskState) => void;
}

/** Width of the panel without its padding. */
const room = 250;

/** The plan as a graph of tasks, those others depend on above them. */
export function renderPlan(tasks: TaskState[], chosen: string, actions: PlanActions): TemplateResult {
  if (tasks.length === 0) return html`<p class="empty dim">The planner has not answered yet.</p>`;
  const layout = planLayout(tasks, room);
  const { nodes, edges, width, height } = layout;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return html`<div class="plan">
    <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label="Tasks">
      ${edges.map((path) => svg`<path class="edge" d=${path} />`)}
      ${nodes.map((node) => {
        const task = byId.get(node.id);
        return task ? renderNode(node, layout, task, chosen === `task:${task.id}`, actions) : nothing;
      })}
    </svg>
  </div>`;
}

function renderNode(
  { x, y }: PlanNode,
  { nodeWidth: width, nodeHeight: height }: PlanLayout,
  task: TaskState,
  chosen: boolean,
  { onTask }: PlanActions,
) {
  const { words, tone } = progressSigns[task.state];
  const label = `${task.id} ${task.title}: ${words}`;
  return svg`<g
    class="node ${tone} ${chosen ? 'chosen' : ''}"
    transform="translate(${x} ${y})"
    role="button"
    tabindex="0"
    aria-pressed=${chosen}
    @click=${() => onTask(task)}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onTask(task);
    }}
  >
    <title>${label}</title>
    <rect width=${width} height=${height} rx="4" />
    ${renderSign(task.state)}
    <svg width=${width - 3} height=${height}>${renderWords(task, width, height)}</svg>
  </g>`;
}

/** Id and title in one line, or the title below where the node is narrow. */
function renderWords({ id, title }: TaskState, width: number, height: number) {
  const fit = (text: string, left: number) => short(text, Math.floor((width - left - 4) / 6.4));
  if (height < 30) return svg`<text x="20" y="17">${fit(`${id} ${title}`, 20)}</text>`;
  return svg`<text x="20" y="17">${fit(id, 20)}</text><text class="title" x="7" y="31">${fit(title, 7)}</text>`;
}

/** A different shape for each state, since colour alone is not seen by everyone. */
function renderSign(state: TaskState['state']) {
  switch (state) {
    case 'done':
      return svg`<path class="stroke" d="M6 13l3 3 5-6" />`;
    case 'failed':
      return svg`<path class="stroke" d="M7 10l6 6m0-6l-6 6" />`;
    case 'running':
      return svg`<circle class="full" cx="10" cy="13" r="3.5" />`;
    case 'waiting':
    case 'stopped':
      return svg`<circle class="stroke" cx="10" cy="13" r="3" />`;
  }
}

function short(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
