import * as dagre from '@dagrejs/dagre';

export interface PlanNode {
  id: string;
  x: number;
  y: number;
}

export interface PlanLayout {
  /** Top left corners. */
  nodes: PlanNode[];
  /** SVG path data, from a task to one that depends on it. */
  edges: string[];
  width: number;
  height: number;
  nodeWidth: number;
  nodeHeight: number;
}

interface Task {
  id: string;
  dependsOn: readonly string[];
}

/** The widest has room for id and title in one line; the others have two. */
const nodeWidths = [104, 86, 70, 54] as const;

/**
 * Lays the tasks out from top to bottom, with nodes narrow enough for `room` pixels where that is possible.
 * A dependency on a task that is not there is left out.
 */
export function planLayout(tasks: readonly Task[], room: number): PlanLayout {
  let layout = layoutWith(tasks, nodeWidths[0]);
  for (const width of nodeWidths) {
    if (layout.width <= room) break;
    layout = layoutWith(tasks, width);
  }
  return layout;
}

function layoutWith(tasks: readonly Task[], nodeWidth: number): PlanLayout {
  const nodeHeight = nodeWidth === nodeWidths[0] ? 26 : 38;
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 8, edgesep: 4, ranksep: 24, marginx: 2, marginy: 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of tasks) graph.setNode(id, { width: nodeWidth, height: nodeHeight });
  for (const { id, dependsOn } of tasks) {
    for (const before of dependsOn) if (graph.hasNode(before)) graph.setEdge(before, id);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const centre = (id: string) => graph.node(id) as { x: number; y: number };
  return {
    width: tasks.length === 0 ? 0 : width,
    height: tasks.length === 0 ? 0 : height,
    nodeWidth,
    nodeHeight,
    nodes: tasks.map(({ id }) => ({
      id,
      x: centre(id).x - nodeWidth / 2,
      y: centre(id).y - nodeHeight / 2,
    })),
    edges: graph.edges().map(({ v, w }) => curve(centre(v), centre(w), nodeHeight)),
  };
}

/** From the bottom of one node to the top of another. */
function curve(from: { x: number; y: number }, to: { x: number; y: number }, nodeHeight: number): string {
  const [y0, y1] = [from.y + nodeHeight / 2, to.y - nodeHeight / 2];
  const bend = (y1 - y0) / 2;
  const numbers = (...values: number[]) => values.map((value) => value.toFixed(1)).join(' ');
  return `M${numbers(from.x, y0)}C${numbers(from.x, y0 + bend, to.x, y1 - bend, to.x, y1)}`;
}
