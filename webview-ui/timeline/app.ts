import { html, LitElement, nothing } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { HostToTimeline, TimelineCommand, TimelineToHost } from '../../src/shared/protocol';
import { applyEvent, emptyRun, reduce } from '../../src/shared/reduce';
import { currentStage, type Bar, type RunState } from '../../src/shared/runState';
import { connect } from '../shared/rpc';
import { sharedStyles } from '../shared/theme';
import { parseFilter } from './filter';
import { renderHeader, renderNotice, type HeaderActions, type HeaderModel } from './header';
import { outcomeSigns } from './icons';
import './lanesView';
import type { LanesView } from './lanesView';
import { loadNavigation, saveNavigation } from './navigation';
import { renderPlan } from './planView';
import { renderRequirements } from './requirementList';
import type { View } from './scene';
import { renderStages } from './stageStrip';
import { timelineStyles } from './styles';

/** The timeline page: keeps the run up to date from the host's messages and shows it. */
export class TimelineApp extends LitElement {
  static override styles = [sharedStyles, timelineStyles];

  private run: RunState = emptyRun();
  private runId = '';
  /** Counts changes of `run`, which is changed in place. */
  @state() private version = 0;
  @state() private live = false;
  @state() private known = false;
  @state() private now = 0;
  @state() private filter = '';
  @state() private following = true;
  @state() private view: View = { window: null, scroll: 0 };
  @state() private selected: Bar | null = null;
  @state() private refused: string | null = null;
  @state() private announced = '';
  @query('df-lanes') private lanes!: LanesView | null;

  private asked = 0;
  private wanted: string | null = null;
  private clock = 0;
  private readonly rpc = connect<HostToTimeline, TimelineToHost>((message) => this.receive(message));

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = loadNavigation();
    if (kept) {
      ({ run: this.runId, view: this.view, filter: this.filter, following: this.following } = kept);
      this.wanted = kept.selected;
    }
    this.clock = window.setInterval(() => this.tick(), 1000);
    this.rpc.post({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.clock);
  }

  override render() {
    const { run } = this;
    if (!this.known || !run.header) return this.renderWelcome();
    const filter = parseFilter(this.filter, run);
    const model: HeaderModel = {
      run,
      live: this.live,
      now: this.now,
      filter: this.filter,
      problem: this.refused ?? filter.problem,
      following: this.following,
    };
    return html`<main>
      ${renderHeader(model, this.actions)} ${renderStages(run)} ${renderNotice(model, this.actions)}
      <div class="body">
        <aside aria-label="Plan and requirements">
          <section>
            <h2>Plan</h2>
            ${renderPlan(run.tasks, this.filter, { onTask: ({ id }) => this.toggleFilter(`task:${id}`) })}
          </section>
          <section>
            ${renderRequirements(run.requirements, this.filter, {
              onRequirement: ({ id, span }) => {
                this.toggleFilter(`req:${id}`);
                if (span) this.rpc.post({ type: 'select', span });
              },
            })}
          </section>
        </aside>
        <df-lanes
          .run=${run}
          .version=${this.version}
          .now=${this.now}
          .shows=${filter.matches}
          .view=${this.view}
          .following=${this.following}
          .selected=${this.selected}
          @view=${(event: CustomEvent<View>) => this.look(event.detail)}
          @pick=${(event: CustomEvent<Bar>) => this.pick(event.detail)}
        ></df-lanes>
      </div>
      <div class="hidden" role="status" aria-live="polite">${this.announced}</div>
    </main>`;
  }

  private renderWelcome() {
    return html`<main class="welcome">
      <h1>${this.known ? 'No run yet' : 'Loading the run…'}</h1>
      ${
        this.known
          ? html`<p>
              Open a spec and choose Run Factory on Spec. Every decision of the run appears here as it is
              made.
            </p>`
          : nothing
      }
    </main>`;
  }

  private receive(message: HostToTimeline): void {
    switch (message.type) {
      case 'empty':
        this.run = emptyRun();
        this.known = true;
        break;
      case 'snapshot':
        this.receiveSnapshot(message);
        break;
      case 'events':
        if (message.run === this.runId) this.receiveEvents(message);
        break;
      case 'live':
        if (message.run === this.runId) this.live = message.live;
        break;
      case 'reveal':
        this.reveal(message.span);
        break;
      case 'answer':
        this.refused = message.error ?? null;
        break;
    }
    this.changed();
  }

  private receiveSnapshot({
    run,
    live,
    events,
    inReplyTo,
  }: Extract<HostToTimeline, { type: 'snapshot' }>): void {
    // An older answer must not undo a newer one.
    if (inReplyTo !== undefined && inReplyTo < this.asked) return;
    this.asked = 0;
    if (run !== this.runId) {
      this.view = { window: null, scroll: 0 };
      this.following = true;
      this.filter = '';
      this.wanted = null;
    }
    const before = this.wanted ?? this.selected?.span;
    this.runId = run;
    this.run = reduce(events);
    this.live = live;
    this.known = true;
    this.selected = this.barOf(before ?? '');
    this.wanted = null;
  }

  private receiveEvents({ firstSeq, events }: Extract<HostToTimeline, { type: 'events' }>): void {
    if (firstSeq > this.run.lastSeq + 1) {
      this.refresh();
      return;
    }
    for (const event of events) applyEvent(this.run, event);
    // A resume may have replaced the bar.
    if (this.selected && !this.run.bars.includes(this.selected))
      this.selected = this.barOf(this.selected.span);
  }

  /** Asks for everything again, once, when something was missed. */
  private refresh(): void {
    if (this.asked === 0) this.asked = this.rpc.ask((id) => ({ type: 'refresh', id }));
  }

  private changed(): void {
    this.version++;
    this.tick();
    this.announce();
  }

  private tick(): void {
    const running = this.live && !this.run.outcome;
    this.now = running ? Math.max(Date.now(), this.run.lastAt) : this.run.lastAt;
  }

  /** Screen readers hear stages and the outcome, not each step. */
  private announce(): void {
    const { outcome, gate } = this.run;
    const stage = currentStage(this.run);
    if (outcome) this.announced = `${outcomeSigns[outcome.outcome].words}. ${outcome.reason}`;
    else if (gate) this.announced = `The ${gate.gate} waits for approval.`;
    else this.announced = stage ? `Stage ${stage.stage}, ${stage.state}.` : '';
  }

  private readonly actions: HeaderActions = {
    onFilter: (text) => {
      this.filter = text;
      this.save();
    },
    onFollow: () => {
      this.following = !this.following;
      this.save();
    },
    onCommand: (name: TimelineCommand) => {
      this.refused = null;
      this.rpc.ask((id) => ({ type: 'command', id, name, run: this.runId }));
    },
    onWhy: (seq) => {
      const bar = this.run.bars.findLast((one) => one.lane !== '' && one.kind !== 'agent' && one.seq <= seq);
      if (bar) this.pick(bar);
    },
  };

  private toggleFilter(text: string): void {
    this.actions.onFilter(this.filter === text ? '' : text);
  }

  private barOf(span: string): Bar | null {
    return this.run.bars[this.run.barOf.get(span) ?? -1] ?? null;
  }

  private reveal(span: string): void {
    const bar = this.barOf(span);
    if (!bar) return;
    this.selected = bar;
    this.lanes?.reveal(bar);
    this.save();
  }

  private pick(bar: Bar): void {
    this.rpc.post({ type: 'select', span: bar.span });
    this.selected = bar;
    this.lanes?.reveal(bar);
    this.save();
  }

  private look(view: View): void {
    // Who looks at something earlier does not want to be pulled back to the end.
    if (view.window && view.window.to < this.now - (this.run.header?.createdAt ?? 0)) this.following = false;
    this.view = view;
    this.save();
  }

  private save(): void {
    saveNavigation({
      run: this.runId,
      view: this.view,
      filter: this.filter,
      following: this.following,
      selected: this.selected?.span ?? null,
    });
  }
}

customElements.define('df-timeline', TimelineApp);
