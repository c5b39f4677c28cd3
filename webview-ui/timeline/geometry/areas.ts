/** Where the parts of the canvas are, in CSS pixels. */
export interface Areas {
  width: number;
  height: number;
  /** Plot: right of the lane names. */
  left: number;
  plotWidth: number;
  rowsTop: number;
  rowsHeight: number;
  /** Words of markers, below the rows. */
  labelsTop: number;
  curvesTop: number;
  overviewTop: number;
  overviewHeight: number;
}

export interface Rows {
  count: number;
  rowHeight: number;
  /** Greatest useful scroll position. */
  maxScroll: number;
}

const axisHeight = 26;
const labelsHeight = 18;
const curvesHeight = 54;
const overviewHeight = 34;
const tallestRow = 44;
const lowestRow = 26;

export function areasOf(width: number, height: number): Areas {
  const left = width < 560 ? 92 : 124;
  const overviewTop = height - overviewHeight;
  const curvesTop = overviewTop - curvesHeight;
  const labelsTop = curvesTop - labelsHeight;
  return {
    width,
    height,
    left,
    plotWidth: Math.max(1, width - left - 12),
    rowsTop: axisHeight,
    rowsHeight: Math.max(0, labelsTop - axisHeight),
    labelsTop,
    curvesTop,
    overviewTop,
    overviewHeight,
  };
}

/** Rows share the height; when they would be too low to read, they scroll. */
export function rowsOf(count: number, { rowsHeight }: Areas): Rows {
  const even = count === 0 ? tallestRow : rowsHeight / count;
  const rowHeight = Math.max(lowestRow, Math.min(tallestRow, even));
  return { count, rowHeight, maxScroll: Math.max(0, count * rowHeight - rowsHeight) };
}

export function rowTop({ rowHeight }: Rows, { rowsTop }: Areas, index: number, scroll: number): number {
  return rowsTop + index * rowHeight - scroll;
}

/** The row at `y`, or -1. */
export function rowAt(rows: Rows, areas: Areas, y: number, scroll: number): number {
  if (y < areas.rowsTop || y >= areas.rowsTop + areas.rowsHeight) return -1;
  const index = Math.floor((y - areas.rowsTop + scroll) / rows.rowHeight);
  return index < rows.count ? index : -1;
}

/** The scroll position moved as little as needed to show a row. */
export function scrollTo(rows: Rows, areas: Areas, index: number, scroll: number): number {
  const top = index * rows.rowHeight;
  const wanted = Math.max(top + rows.rowHeight - areas.rowsHeight, Math.min(scroll, top));
  return Math.max(0, Math.min(rows.maxScroll, wanted));
}
