import type { Bar, Progress, RunState } from '../shared/runState';
import { visibleLine } from '../shared/visible';

/** A line below a run in the Runs tree: a stage, and below it tasks, agents, turns and tool calls. */
export interface RunNode {
  /** Unique in its run, and the same from one event to the next. */
  id: string;
  /** Of the bar on the timeline; null for a stage that has not begun. */
  span: string | null;
  label: string;
  description: string;
  progress: Progress;
  hasChildren: boolean;
}

/** The stages of a run, in order. */
export function stageNodes(run: RunState): RunNode[] {
  return run.stages.map(({ stage, span, state, note, round }) => ({
    id: stage,
    span,
    label: capital(stage),
    description: visibleLine([round > 1 ? `round ${String(round)}` : '', note].filter(Boolean).join(' · ')),
    progress: state,
    hasChildren: barsOfStage(run, stage).length > 0,
  }));
}

/** What lies below a stage or another bar, oldest first. */
export function childNodes(run: RunState, parent: RunNode): RunNode[] {
  const stage = run.stages.find((one) => one.stage === parent.id);
  const bars = stage ? barsOfStage(run, stage.stage) : barsBelow(run, parent.span);
  return bars.map((bar) => nodeOf(run, bar));
}

/** A stage may be visited in several rounds, each with a span of its own. */
function barsOfStage(run: RunState, stage: string): Bar[] {
  const rounds = run.bars.filter((bar) => bar.kind === 'stage' && bar.name === stage);
  return rounds.flatMap((round) => barsBelow(run, round.span));
}

function barsBelow(run: RunState, span: string | null): Bar[] {
  return run.bars.filter((bar) => bar.parent === span && bar.span !== span && bar.kind !== 'stage');
}

function nodeOf(run: RunState, bar: Bar): RunNode {
  return {
    id: `${bar.span}/${String(bar.seq)}`,
    span: bar.span,
    label: visibleLine(bar.label),
    description: [duration(bar), bar.usd > 0 ? `$${bar.usd.toFixed(3)}` : ''].filter(Boolean).join(' · '),
    progress: progressOf(run, bar),
    hasChildren: bar.kind !== 'twin' && bar.kind !== 'verdict' && barsBelow(run, bar.span).length > 0,
  };
}

function progressOf(run: RunState, bar: Bar): Progress {
  if (bar.end === null) return 'running';
  // Neither green nor red: it was judged, and is not shown.
  if (bar.kind === 'verdict' && bar.ok === null) return 'waiting';
  if (bar.ok === null) return run.outcome ? 'stopped' : 'done';
  return bar.ok ? 'done' : 'failed';
}

function duration({ start, end }: Bar): string {
  if (end === null || end === start) return '';
  const seconds = (end - start) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${String(Math.floor(seconds / 60))} m ${String(Math.round(seconds % 60))} s`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
