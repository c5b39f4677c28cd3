import * as z from 'zod/mini';
import { FactoryError } from '../../shared/errors';
import { checked } from '../check';
import { kindOf } from './call';
import { personScopes } from './defaults';
import { openDirect } from './direct';
import { emit } from './events';
import {
  channelName,
  interactionBase,
  newResponseUrl,
  newTrigger,
  sendCommand,
  sendInteraction,
} from './interactions';
import { findMessage, viewMessage } from './messages';
import { isSlackMethod } from './methods';
import { verifyRequestUrl } from './requestUrl';
import { runMethod } from './run';
import { disconnect } from './sockets';
import type { Channel, Message, SlackTwin, User, View } from './state';
import { closeView, topView, viewOf } from './views';

const json = z.record(z.string(), z.unknown());
const user = z.optional(z.string());

/** What people do in Slack, and what an administrator does to the app; `user` is the installer when left out. */
const actSchema = z.union([
  /** Calls a Web API method as this person, with every scope a person can grant. */
  z.strictObject({ user, call: z.string(), args: z._default(json, {}) }),
  z.strictObject({ user, command: z.string(), text: z._default(z.string(), ''), channel: z.string() }),
  /** Uses an element of a message (`channel`, and `ts` unless it is the newest that has it) or of the view on top. */
  z.strictObject({
    user,
    click: z.string(),
    channel: z.optional(z.string()),
    ts: z.optional(z.string()),
    view: z.optional(z.string()),
    /** Members of the action beside its ids: `value`, `selected_option`, … as Slack names them. */
    action: z._default(json, {}),
  }),
  /** Submits the view on top, with what was entered: block → action → text, or the member as Slack names it. */
  z.strictObject({
    user,
    submit: z.record(z.string(), z.record(z.string(), z.unknown())),
    view: z.optional(z.string()),
  }),
  z.strictObject({ user, close: z.literal(true), view: z.optional(z.string()) }),
  /** Uses a shortcut; with `channel` and `ts` the one of a message. */
  z.strictObject({ user, shortcut: z.string(), channel: z.optional(z.string()), ts: z.optional(z.string()) }),
  z.strictObject({ user, open_home: z.literal(true) }),
  /** Changes the app's configuration; a new Request URL is asked to prove itself first. */
  z.strictObject({
    configure: z.strictObject({
      request_url: z.optional(z.string()),
      interactivity_url: z.optional(z.string()),
      commands: z.optional(z.array(z.strictObject({ command: z.string(), url: z.optional(z.string()) }))),
      events: z.optional(z.array(z.string())),
      denied: z.optional(z.boolean()),
    }),
  }),
  /** Ends the connections of Socket Mode, as Slack does from time to time. */
  z.strictObject({ disconnect: z.enum(['warning', 'refresh_requested', 'link_disabled']) }),
]);

type Act = z.output<typeof actSchema>;
type ActOf<Key extends string> = Extract<Act, Record<Key, unknown>>;

const hint = 'The documentation of the Slack twin lists what people can do.';

function cannot(problem: string): never {
  throw new FactoryError('bad-input', `Nobody can do that in Slack: ${problem}.`, { hint });
}

function personOf({ state }: SlackTwin, id: string | undefined): User {
  const person =
    id === undefined
      ? state.users.find((each) => !each.is_bot && !each.deleted)
      : state.users.find((each) => each.id === id);
  return person ?? cannot(`there is no user ${id ?? 'but the app'}`);
}

function placeOf({ state }: SlackTwin, id: string | undefined, person: User): Channel {
  const channel = state.channels.find((each) => each.id === id || (each.name !== '' && each.name === id));
  if (!channel) cannot(`there is no channel ${id ?? ''}`);
  return kindOf(channel) === 'public_channel' || channel.members.includes(person.id)
    ? channel
    : cannot(`${person.id} is not in ${channel.id}`);
}

function viewFor(twin: SlackTwin, person: User, id: string | undefined): View {
  const view = id === undefined ? topView(twin, person.id) : twin.state.views.find((each) => each.id === id);
  return view && view.user === person.id ? view : cannot(`${person.id} has no ${id ?? 'open'} view`);
}

function callAs(twin: SlackTwin, { user: id, call, args }: ActOf<'call'>): unknown {
  if (!isSlackMethod(call)) cannot(`the twin does not model ${call}`);
  const person = personOf(twin, id);
  const caller = { user: person, kind: 'user' as const, scopes: personScopes, token: '' };
  return runMethod(twin, call, caller, args).body;
}

type UsedElement = { type: string; block_id: string } & Record<string, unknown>;

/** The element with this `action_id`, the block it is in, and what it always sends with it; null when there is none. */
function elementIn(blocks: unknown, actionId: string): UsedElement | null {
  const listed = (Array.isArray(blocks) ? blocks : []) as Record<string, unknown>[];
  for (const [index, block] of listed.entries()) {
    const { accessory, element, elements, block_id: named } = block;
    const candidates = [accessory, element, ...(Array.isArray(elements) ? (elements as unknown[]) : [])];
    const found = candidates.find(
      (candidate) => (candidate as Record<string, unknown> | null | undefined)?.['action_id'] === actionId,
    ) as Record<string, unknown> | undefined;
    if (!found) continue;
    const type = typeof found['type'] === 'string' ? found['type'] : 'button';
    const own = type === 'button' ? { text: found['text'], value: found['value'] } : {};
    return { type, ...own, block_id: typeof named === 'string' ? named : `b${index}` };
  }
  return null;
}

function findElement(blocks: unknown, actionId: string): UsedElement {
  return elementIn(blocks, actionId) ?? cannot(`there is nothing with the action_id ${actionId} to use`);
}

/** The message whose element is used: the one named, or the newest of the channel that has such an element. */
function messageToUse(twin: SlackTwin, channel: Channel, { ts, click: actionId }: ActOf<'click'>): Message {
  const found =
    ts === undefined
      ? twin.state.messages.findLast(
          (message) => message.channel === channel.id && elementIn(message.blocks, actionId) !== null,
        )
      : findMessage(twin.state, channel.id, ts);
  return (
    found ??
    cannot(ts === undefined ? `no message has the action_id ${actionId}` : `there is no message ${ts}`)
  );
}

function click(twin: SlackTwin, act: ActOf<'click'>): unknown {
  const person = personOf(twin, act.user);
  const base = { type: 'block_actions', ...interactionBase(twin, person) };
  const action = (blocks: unknown) => {
    const element = findElement(blocks, act.click);
    return [{ action_id: act.click, ...element, action_ts: (twin.now() / 1000).toFixed(6), ...act.action }];
  };
  if (act.channel === undefined) {
    const view = act.view === undefined ? homeOrTop(twin, person) : viewFor(twin, person, act.view);
    const actions = action(view.content['blocks']);
    const container = { type: 'view', view_id: view.id };
    const trigger_id = newTrigger(twin, person);
    const heard = sendInteraction(twin, {
      ...base,
      container,
      trigger_id,
      view: viewOf(twin, view),
      actions,
    });
    return { trigger_id, heard };
  }
  const channel = placeOf(twin, act.channel, person);
  const message = messageToUse(twin, channel, act);
  const actions = action(message.blocks);
  const where = { channel: channel.id, user: person.id, ts: message.ts };
  const trigger_id = newTrigger(twin, person);
  const heard = sendInteraction(twin, {
    ...base,
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: false },
    trigger_id,
    channel: { id: channel.id, name: channelName(channel) },
    message: viewMessage(twin, message),
    state: { values: {} },
    response_url: newResponseUrl(twin, 'actions', where).url,
    actions,
  });
  return { trigger_id, heard };
}

function homeOrTop(twin: SlackTwin, person: User): View {
  const home = twin.state.views.find((view) => view.type === 'home' && view.user === person.id);
  return topView(twin, person.id) ?? home ?? cannot(`${person.id} has no open view`);
}

/** What was entered, as Slack sends it: a text becomes the element's `value`. */
function enter(view: View, entered: ActOf<'submit'>['submit']): View['values'] {
  const blocks = view.content['blocks'];
  const values = { ...view.values };
  for (const [block, actions] of Object.entries(entered)) {
    const inBlock = Object.entries(actions).map(([id, value]) => {
      const { type } = findElement(blocks, id);
      return [
        id,
        typeof value === 'object' && value !== null ? { type, ...value } : { type, value },
      ] as const;
    });
    values[block] = { ...values[block], ...Object.fromEntries(inBlock) };
  }
  return values;
}

function submit(twin: SlackTwin, act: ActOf<'submit'>): unknown {
  const person = personOf(twin, act.user);
  const view = viewFor(twin, person, act.view);
  view.values = enter(view, act.submit);
  const trigger_id = newTrigger(twin, person);
  const payload = {
    type: 'view_submission',
    ...interactionBase(twin, person),
    trigger_id,
    view: viewOf(twin, view),
    response_urls: [],
  };
  const heard = sendInteraction(twin, payload, { answers: 'view', view: view.id });
  return { view: view.id, trigger_id, heard };
}

function close(twin: SlackTwin, act: ActOf<'close'>): unknown {
  const person = personOf(twin, act.user);
  const view = viewFor(twin, person, act.view);
  const shown = viewOf(twin, view);
  closeView(twin, view);
  if (view.content['notify_on_close'] !== true) return { heard: false };
  const payload = { type: 'view_closed', ...interactionBase(twin, person), view: shown, is_cleared: false };
  return { heard: sendInteraction(twin, payload) };
}

function shortcut(twin: SlackTwin, act: ActOf<'shortcut'>): unknown {
  const person = personOf(twin, act.user);
  const trigger_id = newTrigger(twin, person);
  const base = { ...interactionBase(twin, person), callback_id: act.shortcut, trigger_id };
  const action_ts = (twin.now() / 1000).toFixed(6);
  if (act.ts === undefined) {
    return { trigger_id, heard: sendInteraction(twin, { type: 'shortcut', ...base, action_ts }) };
  }
  const channel = placeOf(twin, act.channel, person);
  const message = findMessage(twin.state, channel.id, act.ts) ?? cannot(`there is no message ${act.ts}`);
  const where = { channel: channel.id, user: person.id };
  const heard = sendInteraction(twin, {
    type: 'message_action',
    ...base,
    action_ts,
    message_ts: message.ts,
    message: viewMessage(twin, message),
    channel: { id: channel.id, name: channelName(channel) },
    response_url: newResponseUrl(twin, 'actions', where).url,
  });
  return { trigger_id, heard };
}

function openHome(twin: SlackTwin, { user: id }: ActOf<'open_home'>): unknown {
  const person = personOf(twin, id);
  const home = twin.state.views.find((view) => view.type === 'home' && view.user === person.id);
  const view = home ? { view: viewOf(twin, home) } : {};
  const event_ts = (twin.now() / 1000).toFixed(6);
  const { channel } = openDirect(twin, [person.id, twin.state.bot.user]);
  emit(twin, 'app_home_opened', { user: person.id, channel: channel.id, tab: 'home', event_ts, ...view });
  return {};
}

function configure(twin: SlackTwin, { configure: changes }: ActOf<'configure'>): unknown {
  const { request_url: url, ...others } = changes;
  Object.assign(twin.state.app, others);
  if (url !== undefined) verifyRequestUrl(twin, url);
  return {};
}

/** Has a person do something. Throws `bad-input` for what nobody could do. @returns what they get to see, where that matters */
export function act(twin: SlackTwin, action: unknown): unknown {
  const done = checked(actSchema, action, { what: 'action of a person in Slack', code: 'bad-input', hint });
  if ('call' in done) return callAs(twin, done);
  if ('command' in done) {
    const person = personOf(twin, done.user);
    const { command, text } = done;
    return sendCommand(twin, { user: person, channel: placeOf(twin, done.channel, person), command, text });
  }
  if ('click' in done) return click(twin, done);
  if ('submit' in done) return submit(twin, done);
  if ('close' in done) return close(twin, done);
  if ('shortcut' in done) return shortcut(twin, done);
  if ('open_home' in done) return openHome(twin, done);
  if ('configure' in done) return configure(twin, done);
  disconnect(twin, done.disconnect);
  return {};
}
