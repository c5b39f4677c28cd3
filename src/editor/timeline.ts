import * as vscode from 'vscode';
import { timelinePanel } from '../shared/contributions';
import { messageOf } from '../shared/errors';
import { trimEvent } from '../shared/eventView';
import {
  parseTimelineMessage,
  type HostToTimeline,
  type TimelineCommand,
  type TimelineToHost,
} from '../shared/protocol';
import type { Inspector } from './inspector';
import { specName } from './runSummary';
import type { Runs } from './runs';
import { openTrace, type Trace } from './trace';
import { showPage } from './webviewPage';

/** The timeline of one run at a time, in an editor tab. */
export interface Timeline extends vscode.Disposable {
  /** Shows a run, and brings one of its spans into view. */
  show(dir: string, span?: string | null): void;
}

export interface TimelineParts {
  context: vscode.ExtensionContext;
  runs: Runs;
  inspector: Inspector;
  log: vscode.LogOutputChannel;
  /** Does what a button of the page asks for. @throws FactoryError */
  perform(command: TimelineCommand, dir: string): Promise<void>;
}

/** Where the run of the panel is remembered, for a reload of the window. */
const shownRunKey = 'timeline.run';

export function createTimeline(parts: TimelineParts): Timeline {
  const { context, runs } = parts;
  let session: Session | undefined;

  function attach(panel: vscode.WebviewPanel, dir: string | undefined): Session {
    const attached = openSession(panel, parts);
    session = attached;
    panel.onDidDispose(() => {
      attached.dispose();
      if (session === attached) session = undefined;
    });
    if (dir !== undefined) attached.follow(dir);
    return attached;
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(timelinePanel, {
    deserializeWebviewPanel: (panel) => {
      attach(panel, context.workspaceState.get<string>(shownRunKey));
      return Promise.resolve();
    },
  });
  const subscription = runs.onDidChange((dirs) => session?.runsChanged(dirs));

  return {
    show(dir, span) {
      void context.workspaceState.update(shownRunKey, dir);
      const panel = session?.panel ?? newPanel();
      const shown = session ?? attach(panel, undefined);
      shown.follow(dir);
      panel.reveal(undefined, true);
      if (span) shown.reveal(span);
    },
    dispose() {
      session?.dispose();
      serializer.dispose();
      subscription.dispose();
    },
  };
}

function newPanel(): vscode.WebviewPanel {
  const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: true };
  return vscode.window.createWebviewPanel(timelinePanel, 'Timeline', column);
}

interface Session extends vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  follow(dir: string): void;
  reveal(span: string): void;
  runsChanged(dirs: ReadonlySet<string>): void;
}

/** The conversation with one panel's page. */
function openSession(panel: vscode.WebviewPanel, parts: TimelineParts): Session {
  const { context, runs, inspector, log } = parts;
  let trace: Trace | undefined;
  let live: boolean | undefined;
  /** Selected as soon as the page has loaded. */
  let wanted: string | undefined;
  let loaded = false;

  const post = (message: HostToTimeline) => void panel.webview.postMessage(message);
  const runId = () => trace?.state.header?.id;
  const isLive = () => runs.get(trace?.dir ?? '')?.status === 'running';

  function sendSnapshot(inReplyTo?: number): void {
    const run = runId();
    if (!trace || run === undefined) return post({ type: 'empty' });
    live = isLive();
    const { events, state } = trace;
    post({
      type: 'snapshot',
      run,
      live,
      events: events.map(trimEvent),
      lastSeq: state.lastSeq,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
    });
    if (wanted !== undefined) reveal(wanted);
    wanted = undefined;
  }

  function reveal(span: string): void {
    if (!loaded || !trace || trace.events.length === 0) {
      wanted = span;
      return;
    }
    post({ type: 'reveal', span });
    inspector.show(trace, span).catch((error: unknown) => log.error(messageOf(error)));
  }

  function follow(dir: string): void {
    if (trace?.dir === dir) return;
    trace?.close();
    const opened = openTrace(
      dir,
      (batch) => {
        const [first] = batch;
        const run = runId();
        if (!first || run === undefined) return;
        panel.title = `Timeline: ${specName(opened.state)}`;
        if (!loaded) return;
        if (first.seq === 0) return sendSnapshot();
        post({ type: 'events', run, firstSeq: first.seq, events: batch.map(trimEvent) });
      },
      (error) => log.error(`${dir}: ${messageOf(error)}`),
    );
    trace = opened;
    if (loaded) post({ type: 'empty' });
  }

  async function receive(message: TimelineToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        loaded = true;
        return sendSnapshot();
      case 'refresh':
        return sendSnapshot(message.id);
      case 'select':
        if (trace) await inspector.show(trace, message.span);
        return;
      case 'command': {
        if (!trace) return;
        try {
          await parts.perform(message.name, trace.dir);
          post({ type: 'answer', inReplyTo: message.id });
        } catch (error) {
          log.error(`${message.name}: ${messageOf(error)}`);
          post({ type: 'answer', inReplyTo: message.id, error: messageOf(error) });
        }
      }
    }
  }

  const icon = (theme: string) => vscode.Uri.joinPath(context.extensionUri, 'media', `factory-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  const messages = panel.webview.onDidReceiveMessage((value: unknown) => {
    const message = parseTimelineMessage(value);
    if (!message)
      return log.warn(`The timeline sent something unknown: ${JSON.stringify(value).slice(0, 200)}`);
    receive(message).catch((error: unknown) => log.error(messageOf(error)));
  });
  showPage(panel.webview, context.extensionUri, 'timeline', 'Timeline');

  return {
    panel,
    follow,
    reveal,
    runsChanged(dirs) {
      const run = runId();
      if (!trace || run === undefined || !dirs.has(trace.dir) || live === isLive()) return;
      live = isLive();
      post({ type: 'live', run, live });
    },
    dispose() {
      trace?.close();
      messages.dispose();
    },
  };
}
