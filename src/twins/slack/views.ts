import { isRecord } from '../../shared/records';
import { readBlocks } from './blocks';
import { findUser, type Call, type Handler } from './call';
import { checkTrigger } from './interactions';
import { refuse, refuseArguments } from './refusal';
import { textArg } from './request';
import { newId, type SlackTwin, type View } from './state';

/** Characters of a view. */
const maxView = 250_000;
const maxStack = 3;
const maxBlocks = 100;
const lengths = { private_metadata: 3_000, callback_id: 255, external_id: 255 } as const;

function problemsOfPlain(value: unknown, pointer: string, max: number): string[] {
  const { type, text } = isRecord(value) ? value : {};
  if (type !== 'plain_text' || typeof text !== 'string') {
    return [`must provide an object of type plain_text [json-pointer:${pointer}]`];
  }
  if (text.length === 0) return [`must be more than 0 characters [json-pointer:${pointer}/text]`];
  return text.length > max ? [`must be less than ${max + 1} characters [json-pointer:${pointer}/text]`] : [];
}

function problemsOfView(view: Record<string, unknown>, type: View['type']): string[] {
  if (view['type'] !== type)
    return [`invalid additional property: type must be ${type} [json-pointer:/view/type]`];
  const problems = Array.isArray(view['blocks'])
    ? []
    : ['missing required field: blocks [json-pointer:/view]'];
  for (const [name, max] of Object.entries(lengths)) {
    const value = view[name];
    if (typeof value === 'string' ? value.length > max : value !== undefined && value !== null) {
      problems.push(`must be less than ${max + 1} characters [json-pointer:/view/${name}]`);
    }
  }
  if (type === 'home') return problems;
  const inputs =
    Array.isArray(view['blocks']) &&
    view['blocks'].some((block) => isRecord(block) && block['type'] === 'input');
  if (view['title'] === undefined) problems.push('missing required field: title [json-pointer:/view]');
  else problems.push(...problemsOfPlain(view['title'], '/view/title', 24));
  for (const name of ['submit', 'close'].filter((each) => view[each] !== undefined && view[each] !== null)) {
    problems.push(...problemsOfPlain(view[name], `/view/${name}`, 24));
  }
  if (inputs && !view['submit']) problems.push('missing required field: submit [json-pointer:/view]');
  return problems;
}

/** The view as the app sent it, once Slack would take it. Blocks without an id get one. */
export function readView(twin: SlackTwin, value: unknown, type: View['type'], own?: View): View['content'] {
  const view = isRecord(value) ? value : refuseArguments('must provide a view object [json-pointer:/view]');
  if (JSON.stringify(view).length > maxView) refuse('view_too_large');
  const problems = problemsOfView(view, type);
  if (problems.length > 0) {
    refuse('invalid_arguments', { messages: problems.map((problem) => `[ERROR] ${problem}`) });
  }
  const blocks = readBlocks(view['blocks'], { max: maxBlocks, pointer: '/view/blocks' }) ?? [];
  const external = view['external_id'];
  const taken = twin.state.views.some(
    (other) => other !== own && external && other.content['external_id'] === external,
  );
  if (taken) refuse('duplicate_external_id');
  const named = blocks.map((block, index) => ({ block_id: `b${index}`, ...(block as object) }));
  return { ...view, blocks: named };
}

function newHash(twin: SlackTwin): string {
  return `${Math.floor(twin.now() / 1000)}.${String(Math.floor(twin.random() * 1e8)).padStart(8, '0')}`;
}

/** A view as Slack shows it. */
export function viewOf(twin: SlackTwin, view: View): Record<string, unknown> {
  const { team, bot } = twin.state;
  return {
    id: view.id,
    team_id: team.id,
    title: null,
    submit: null,
    close: null,
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...view.content,
    type: view.type,
    state: { values: view.values },
    hash: view.hash,
    previous_view_id: view.previous,
    root_view_id: view.root,
    app_id: bot.app_id,
    app_installed_team_id: team.id,
    bot_id: bot.bot_id,
  };
}

/** Puts a view on the screen of a person, upon another or alone. */
export function addView(
  twin: SlackTwin,
  user: string,
  type: View['type'],
  content: View['content'],
  below?: View,
): View {
  const { state } = twin;
  const id = newId(state, 'V', state.views);
  const view: View = {
    id,
    type,
    user,
    content,
    values: {},
    hash: newHash(twin),
    root: below?.root ?? id,
    previous: below?.id ?? null,
  };
  state.views.push(view);
  return view;
}

/** New content for a view; what a person entered stays where the block is still there. */
export function replaceView(twin: SlackTwin, view: View, content: View['content']): void {
  const blocks = content['blocks'] as { block_id: string }[];
  const kept = Object.entries(view.values).filter(([id]) => blocks.some(({ block_id }) => block_id === id));
  Object.assign(view, { content, values: Object.fromEntries(kept), hash: newHash(twin) });
}

/** The view on top of this person's stack, if any is open. */
export function topView({ state }: SlackTwin, user: string): View | undefined {
  return state.views.findLast((view) => view.type === 'modal' && view.user === user);
}

/** Takes a modal off the screen, with all that lies upon it. */
export function closeView({ state }: SlackTwin, view: View): void {
  const upon = new Set([view.id]);
  for (const other of state.views) if (other.previous && upon.has(other.previous)) upon.add(other.id);
  state.views = state.views.filter((other) => !upon.has(other.id));
}

function triggerOf(call: Call) {
  const id = textArg(call.args, 'trigger_id') ?? textArg(call.args, 'interactivity_pointer');
  if (id === undefined) refuseArguments('missing required field: trigger_id');
  return checkTrigger(call.twin, id);
}

export const open: Handler = (call) => {
  const trigger = triggerOf(call);
  const content = readView(call.twin, call.args['view'], 'modal');
  trigger.used = true;
  const shown = topView(call.twin, trigger.user);
  const root = shown && call.state.views.find((view) => view.id === shown.root);
  if (root) closeView(call.twin, root);
  return { view: viewOf(call.twin, addView(call.twin, trigger.user, 'modal', content)) };
};

export const push: Handler = (call) => {
  const { twin, state } = call;
  const trigger = triggerOf(call);
  const below = topView(twin, trigger.user) ?? refuse('not_found');
  const stack = state.views.filter((view) => view.root === below.root);
  if (stack.length >= maxStack) refuse('push_limit_reached');
  const content = readView(twin, call.args['view'], 'modal');
  trigger.used = true;
  return { view: viewOf(twin, addView(twin, trigger.user, 'modal', content, below)) };
};

export const update: Handler = ({ twin, state, args }) => {
  const id = textArg(args, 'view_id');
  const external = textArg(args, 'external_id');
  if (id === undefined && external === undefined) refuseArguments('missing required field: view_id');
  const view =
    state.views.find((candidate) =>
      id === undefined ? candidate.content['external_id'] === external : candidate.id === id,
    ) ?? refuse('not_found');
  const hash = textArg(args, 'hash');
  if (hash !== undefined && hash !== view.hash) refuse('hash_conflict');
  replaceView(twin, view, readView(twin, args['view'], view.type, view));
  return { view: viewOf(twin, view) };
};

export const publish: Handler = ({ twin, state, args }) => {
  const user = findUser(state, textArg(args, 'user_id'), 'invalid_arguments');
  const own = state.views.find((view) => view.type === 'home' && view.user === user.id);
  const hash = textArg(args, 'hash');
  if (hash !== undefined && own && hash !== own.hash) refuse('hash_conflict');
  const content = readView(twin, args['view'], 'home', own);
  if (own) replaceView(twin, own, content);
  return { view: viewOf(twin, own ?? addView(twin, user.id, 'home', content)) };
};
