import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Bar, RunState } from '../../src/shared/runState';
import { onThemeChange, sharedStyles } from '../shared/theme';
import { describeBar } from './describe';
import { areasOf, rowAt, rowsOf, rowTop, scrollTo, type Areas, type Rows } from './geometry/areas';
import { barAt, nearestBar } from './geometry/laneBars';
import {
  bringIntoView,
  follow,
  panBy,
  toTime,
  toX,
  zoomAt,
  type Scale,
  type TimeWindow,
} from './geometry/timeScale';
import { activeCell, laneRows, type Place } from './laneGrid';
import { paint } from './paint';
import { readPalette, type Palette } from './palette';
import { laneModel, placeOf, totalOf, type LaneModel, type View } from './scene';

const zoomStep = 1.4;

/**
 * The lanes of a run: a canvas, with a grid over it that takes the focus, the pointer and the screen reader.
 * Fires `pick` (detail: a bar) and `view` (detail: what is in view, after a person moved it).
 */
export class LanesView extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        overflow: hidden;
        min-height: 160px;
      }
      canvas,
      .grid {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .grid {
        touch-action: none;
      }
      .rows {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      .tip {
        position: absolute;
        max-width: 340px;
        padding: 2px 8px;
        overflow: hidden;
        color: var(--vscode-editorHoverWidget-foreground);
        background: var(--vscode-editorHoverWidget-background);
        border: 1px solid var(--vscode-editorHoverWidget-border);
        border-radius: 3px;
        pointer-events: none;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) run!: RunState;
  /** Counts changes of `run`, which is changed in place. */
  @property({ type: Number }) version = 0;
  /** Milliseconds since the epoch; where open bars end. */
  @property({ type: Number }) now = 0;
  @property({ attribute: false }) shows: (bar: Bar) => boolean = () => true;
  @property({ attribute: false }) view: View = { window: null, scroll: 0 };
  @property({ type: Boolean }) following = true;
  @property({ attribute: false }) selected: Bar | null = null;

  @state() private place: Place = { lane: 0, index: -1 };
  @state() private tip: { text: string; x: number; y: number } | null = null;
  @query('canvas') private canvas!: HTMLCanvasElement;
  @query('.tip') private tipBox!: HTMLElement | null;

  private model!: LaneModel;
  private areas: Areas = areasOf(0, 0);
  private rows: Rows = rowsOf(0, this.areas);
  private palette: Palette = readPalette();
  private frame = 0;
  private dragging: 'plot' | 'overview' | null = null;
  private moved = false;
  private stops: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const resize = new ResizeObserver(() => this.requestUpdate());
    resize.observe(this);
    this.stops = [
      () => resize.disconnect(),
      onThemeChange(() => {
        this.palette = readPalette();
        this.requestUpdate();
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    cancelAnimationFrame(this.frame);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('version') || changed.has('run')) this.model = laneModel(this.run);
    this.areas = areasOf(this.clientWidth, this.clientHeight);
    this.rows = rowsOf(this.model.groups.length, this.areas);
    if (changed.has('selected') && this.selected)
      this.place = placeOf(this.model, this.selected) ?? this.place;
  }

  override render() {
    const bars = this.model.groups.reduce((most, group) => Math.max(most, group.bars.length), 0);
    return html`<canvas aria-hidden="true"></canvas>
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label="Timeline"
        aria-readonly="true"
        aria-rowcount=${this.model.groups.length}
        aria-colcount=${bars + 1}
        aria-activedescendant=${activeCell(this.place)}
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointerleave=${() => (this.tip = null)}
        @blur=${() => (this.tip = null)}
      >
        <div class="rows" role="rowgroup">${laneRows(this.model, this.place, this.selected, this.now)}</div>
      </div>
      ${this.tip ? html`<div class="tip" aria-hidden="true">${this.tip.text}</div>` : nothing}`;
  }

  override updated(): void {
    this.placeTip();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    const { width, height } = this.areas;
    const ratio = window.devicePixelRatio;
    if (
      this.canvas.width !== Math.round(width * ratio) ||
      this.canvas.height !== Math.round(height * ratio)
    ) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const ctx = this.canvas.getContext('2d');
    if (!ctx || width === 0) return;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const drawn = paint(ctx, {
      model: this.model,
      areas: this.areas,
      rows: this.rows,
      scale: this.scale(),
      overview: this.scale({ from: 0, to: this.total }),
      scroll: this.scrolled,
      now: this.now,
      matches: this.shows,
      selected: this.selected,
      active: this.matchesFocus() ? this.active : null,
      palette: this.palette,
    });
    this.canvas.dataset['pieces'] = String(drawn);
  }

  private matchesFocus(): boolean {
    return this.renderRoot.querySelector('.grid')?.matches(':focus-visible') ?? false;
  }

  private get total(): number {
    return totalOf(this.model, this.now);
  }

  private get window(): TimeWindow {
    const { window } = this.view;
    if (!window) return { from: 0, to: this.total };
    return this.following ? follow(window, this.total) : window;
  }

  private get scrolled(): number {
    return Math.min(this.view.scroll, this.rows.maxScroll);
  }

  private scale(window: TimeWindow = this.window): Scale {
    return { window, left: this.areas.left, width: this.areas.plotWidth };
  }

  private get active(): Bar | null {
    return this.model.groups[this.place.lane]?.bars[this.place.index] ?? null;
  }

  /** Shows a bar without moving more than needed. */
  reveal(bar: Bar): void {
    const place = placeOf(this.model, bar);
    if (!place) return;
    this.place = place;
    const from = bar.start - this.model.origin;
    const window = bringIntoView(this.window, from, (bar.end ?? this.now) - this.model.origin, this.total);
    const scroll = scrollTo(this.rows, this.areas, place.lane, this.scrolled);
    if (window !== this.window || scroll !== this.scrolled) this.look({ window, scroll });
  }

  private look(view: Partial<View>): void {
    const { window = this.view.window } = view;
    const whole = window !== null && window.to - window.from >= this.total - 1;
    const next: View = { scroll: this.scrolled, ...view, window: whole ? null : window };
    this.dispatchEvent(new CustomEvent<View>('view', { detail: next }));
  }

  private pick(bar: Bar): void {
    this.dispatchEvent(new CustomEvent<Bar>('pick', { detail: bar }));
  }

  private zoom(factor: number, at: number): void {
    this.look({ window: zoomAt(this.window, factor, at, this.total) });
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const handled = this.handleKey(event);
    if (handled) event.preventDefault();
  };

  private handleKey({ key, shiftKey }: KeyboardEvent): boolean {
    const { from, to } = this.window;
    const middle = this.active ? this.active.start - this.model.origin : (from + to) / 2;
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight': {
        const step = key === 'ArrowLeft' ? -1 : 1;
        if (shiftKey) this.look({ window: panBy(this.window, ((to - from) / 8) * step, this.total) });
        else this.moveTo(this.place.lane, this.place.index + step);
        return true;
      }
      case 'ArrowUp':
      case 'ArrowDown':
        this.moveLane(key === 'ArrowUp' ? -1 : 1);
        return true;
      case 'Home':
        this.moveTo(this.place.lane, 0);
        return true;
      case 'End':
        this.moveTo(this.place.lane, Infinity);
        return true;
      case 'Enter':
      case ' ':
        if (this.active) this.pick(this.active);
        return this.active !== null;
      case '+':
      case '=':
        this.zoom(1 / zoomStep, middle);
        return true;
      case '-':
        this.zoom(zoomStep, middle);
        return true;
      case '0':
        this.look({ window: null });
        return true;
      case 'Escape':
        this.tip = null;
        return true;
      default:
        return false;
    }
  }

  private moveTo(lane: number, index: number): void {
    const count = this.model.groups[lane]?.bars.length ?? 0;
    this.place = { lane, index: Math.max(count === 0 ? -1 : 0, Math.min(count - 1, index)) };
    const bar = this.active;
    if (!bar) {
      this.look({ scroll: scrollTo(this.rows, this.areas, lane, this.scrolled) });
      this.tip = null;
      return;
    }
    this.reveal(bar);
    const x = toX(this.scale(), bar.start - this.model.origin);
    const y = rowTop(this.rows, this.areas, lane, this.scrolled) + this.rows.rowHeight;
    this.tip = { text: describeBar(bar, this.now), x, y };
  }

  private moveLane(step: number): void {
    const lane = Math.max(0, Math.min(this.model.groups.length - 1, this.place.lane + step));
    const group = this.model.groups[lane];
    const time = this.active?.start ?? this.model.origin + this.window.from;
    const bar = group ? nearestBar(group, time) : null;
    this.moveTo(lane, bar && group ? group.bars.indexOf(bar) : -1);
  }

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { from, to } = this.window;
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(event.deltaY / 300), toTime(this.scale(), event.offsetX));
      return;
    }
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (across !== 0) {
      this.look({ window: panBy(this.window, (across / this.areas.plotWidth) * (to - from), this.total) });
    } else if (this.rows.maxScroll > 0) {
      this.look({ scroll: Math.max(0, Math.min(this.rows.maxScroll, this.scrolled + event.deltaY)) });
    }
  };

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { offsetX, offsetY } = event;
    this.moved = false;
    this.dragging = offsetY >= this.areas.overviewTop ? 'overview' : 'plot';
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.dragging === 'overview') this.centre(offsetX);
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.dragging === 'overview') {
      this.centre(event.offsetX);
    } else if (this.dragging === 'plot') {
      const time = toTime(this.scale(), 0) - toTime(this.scale(), event.movementX);
      this.moved ||= Math.abs(event.movementX) > 1;
      if (this.moved && this.view.window) this.look({ window: panBy(this.window, time, this.total) });
    } else {
      const hit = this.hit(event.offsetX, event.offsetY);
      this.tip = hit && {
        text: describeBar(hit, this.now),
        x: event.offsetX + 12,
        y: event.offsetY + 16,
      };
    }
  };

  private readonly onUp = (event: PointerEvent): void => {
    const hit = this.dragging === 'plot' && !this.moved ? this.hit(event.offsetX, event.offsetY) : null;
    this.dragging = null;
    if (hit) this.pick(hit);
  };

  private centre(x: number): void {
    const { from, to } = this.window;
    const time = toTime(this.scale({ from: 0, to: this.total }), x);
    this.look({ window: panBy(this.window, time - (from + to) / 2, this.total) });
  }

  private hit(x: number, y: number): Bar | null {
    const group = this.model.groups[rowAt(this.rows, this.areas, y, this.scrolled)];
    if (!group || x < this.areas.left) return null;
    const scale = this.scale();
    const slack = toTime(scale, 4) - toTime(scale, 0);
    return barAt(group, this.model.origin + toTime(scale, x), slack, this.now);
  }

  /** The policy of the page allows no style attributes; setting properties is fine. */
  private placeTip(): void {
    if (!this.tip || !this.tipBox) return;
    const left = Math.max(0, Math.min(this.tip.x, this.areas.width - this.tipBox.offsetWidth - 4));
    const below = this.tip.y + this.tipBox.offsetHeight < this.areas.height;
    this.tipBox.style.left = `${String(left)}px`;
    this.tipBox.style.top = `${String(below ? this.tip.y : this.tip.y - this.tipBox.offsetHeight - 28)}px`;
  }
}

customElements.define('df-lanes', LanesView);
