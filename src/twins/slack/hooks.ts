import { readContent } from './content';
import { findMessage } from './messages';
import { addMessage, appMark, changeMessage, removeMessage } from './posting';
import { SlackRefusal } from './refusal';
import { nextTimestamp, type Channel, type Message, type SlackState, type SlackTwin } from './state';

export type HookAnswer = Record<string, unknown>;
export type Hook = SlackTwin['state']['hooks'][number];

/** Why a webhook is refused: the status and Slack's word for it. */
export interface HookFailure {
  status: number;
  error: string;
}

const statuses: Readonly<Record<string, number>> = {
  channel_not_found: 404,
  no_service: 404,
  channel_is_archived: 410,
  action_prohibited: 403,
  invalid_token: 403,
};

function failure(error: string): HookFailure {
  return { status: statuses[error] ?? 400, error };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function costumeOf(message: HookAnswer): Partial<Message> {
  const username = textOf(message['username']);
  const emoji = textOf(message['icon_emoji']);
  const image = textOf(message['icon_url']);
  return {
    ...(username ? { username } : {}),
    ...(emoji || image
      ? { icons: { ...(emoji ? { emoji } : {}), ...(image ? { image_48: image } : {}) } }
      : {}),
  };
}

/** The channel an app's webhook writes to: the general one, or whichever there is. */
export function webhookChannel({ channels }: SlackState): Channel | undefined {
  const open = channels.filter((channel) => !channel.is_private && !channel.is_archived);
  return open.find(({ name }) => name === 'general') ?? open[0];
}

/** Shows a message to one person only. */
export function whisper(twin: SlackTwin, channel: string, to: string, content: Partial<Message>): string {
  const { state } = twin;
  const ts = nextTimestamp(state, twin.now());
  state.ephemerals.push({ text: '', ...content, reactions: [], channel, to, ts, user: state.bot.user });
  return ts;
}

function postByHook(twin: SlackTwin, hook: Hook, channel: Channel, message: HookAnswer): void {
  const { state } = twin;
  const bot = { id: state.bot.user, is_bot: true, is_admin: false, deleted: false, name: state.bot.name };
  const original = findMessage(state, hook.channel, hook.ts);
  if (message['delete_original'] === true && original) return removeMessage(twin, channel, original);
  const content = readContent(message, () => undefined);
  if (message['replace_original'] === true && original) {
    return changeMessage(twin, channel, original, content, bot);
  }
  const thread = textOf(message['thread_ts']);
  const parent = thread === undefined ? undefined : findMessage(state, channel.id, thread);
  const sent = {
    ...content,
    ...appMark(twin, bot),
    ...costumeOf(message),
    ...(parent ? { thread_ts: parent.thread_ts ?? parent.ts } : {}),
  };
  const aloud = hook.kind === 'webhook' || message['response_type'] === 'in_channel';
  if (aloud || hook.user === undefined) addMessage(twin, channel, bot, sent);
  else whisper(twin, channel.id, hook.user, sent);
}

/** Does what was sent to a webhook or an answer's address. @returns why not, or null */
export function respond(twin: SlackTwin, hook: Hook, message: HookAnswer): HookFailure | null {
  if (hook.disabled) return failure('no_service');
  if (hook.until !== undefined && hook.until <= twin.now()) return { status: 404, error: 'expired_url' };
  if (hook.left === 0) return { status: 404, error: 'used_url' };
  const channel = twin.state.channels.find((candidate) => candidate.id === hook.channel);
  if (!channel) return failure('channel_not_found');
  if (channel.is_archived) return failure('channel_is_archived');
  try {
    postByHook(twin, hook, channel, message);
  } catch (error) {
    if (error instanceof SlackRefusal) return failure(error.code);
    throw error;
  }
  if (hook.left !== undefined) hook.left -= 1;
  return null;
}
