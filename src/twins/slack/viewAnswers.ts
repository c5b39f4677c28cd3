import { SlackRefusal } from './refusal';
import type { SlackTwin, View } from './state';
import { addView, closeView, readView, replaceView } from './views';

/** What the app may have the client do with a submitted view. */
const actions: Readonly<
  Record<string, (twin: SlackTwin, view: View, answer: Record<string, unknown>) => void>
> = {
  errors: (_twin, view, { errors }) => {
    const told = Object.entries(errors ?? {}).filter(([, text]) => typeof text === 'string');
    view.errors = Object.fromEntries(told);
  },
  update: (twin, view, answer) => replaceView(twin, view, readView(twin, answer['view'], 'modal', view)),
  push: (twin, view, answer) => {
    addView(twin, view.user, 'modal', readView(twin, answer['view'], 'modal'), view);
  },
  clear: (twin, view) => {
    const root = twin.state.views.find((candidate) => candidate.id === view.root);
    closeView(twin, root ?? view);
  },
};

/** Hears the answer to a submission: nothing closes the view, a `response_action` does something else. */
export function answerSubmission(twin: SlackTwin, id: string, answer: Record<string, unknown>): void {
  const view = twin.state.views.find((candidate) => candidate.id === id);
  if (!view) return;
  delete view.errors;
  const name = answer['response_action'];
  const act = typeof name === 'string' && Object.hasOwn(actions, name) ? actions[name] : undefined;
  try {
    if (act) act(twin, view, answer);
    else closeView(twin, view);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    // Slack shows the person that it had trouble connecting; the view stays as it is.
    view.errors = { '': error.code };
  }
}
