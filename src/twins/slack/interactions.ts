import { randomBytes } from 'node:crypto';
import { kindOf } from './call';
import { notify } from './notify';
import { refuse } from './refusal';
import { throwText, type Channel, type SlackTwin, type User } from './state';

/** A trigger opens one view, within three seconds. */
const triggerMs = 3_000;
/** Triggers that are remembered, so that a late one is told from an invented one. */
const maxTriggers = 200;
/** An address for answers is good for half an hour and five answers. */
const hookMs = 30 * 60_000;
const hookAnswers = 5;

/** What a person's action gives the app to open a view with. */
export function newTrigger(twin: SlackTwin, user: User): string {
  const digits = '0123456789';
  const id = `${throwText(twin, 12, digits)}.${throwText(twin, 12, digits)}.${throwText(twin, 32, 'abcdef0123456789')}`;
  const trigger = { id, user: user.id, at: twin.now(), used: false };
  twin.state.triggers = [...twin.state.triggers, trigger].slice(-maxTriggers);
  return id;
}

/** Whose action the trigger came from; each is good once and for a short time. Does not use it up. */
export function checkTrigger(
  twin: SlackTwin,
  id: string | undefined,
): SlackTwin['state']['triggers'][number] {
  const trigger =
    twin.state.triggers.find((candidate) => candidate.id === id) ?? refuse('invalid_trigger_id');
  if (trigger.used) refuse('exchanged_trigger_id');
  return twin.now() - trigger.at > triggerMs ? refuse('expired_trigger_id') : trigger;
}

/** An address under which the app may answer an interaction with messages. @returns the address and its secret */
export function newResponseUrl(
  twin: SlackTwin,
  kind: 'actions' | 'commands',
  where: { channel: string; user: string; ts?: string | undefined },
): { url: string; secret: string } {
  const secret = randomBytes(12).toString('hex');
  const now = twin.now();
  const hooks = twin.state.hooks.filter(({ until }) => until === undefined || until > now);
  twin.state.hooks = [
    ...hooks,
    { secret, kind: 'response', ...where, left: hookAnswers, until: now + hookMs, disabled: false },
  ];
  const id = throwText(twin, 13, '0123456789');
  return { url: `${twin.origin}/${kind}/${twin.state.team.id}/${id}/${secret}`, secret };
}

/** Members that every interactive payload has. */
export function interactionBase(twin: SlackTwin, user: User): Record<string, unknown> {
  const { team, bot } = twin.state;
  return {
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: bot.app_id,
    token: twin.credentials['verification_token'],
  };
}

export function channelName(channel: Channel): string {
  if (kindOf(channel) === 'im') return 'directmessage';
  return channel.is_private ? 'privategroup' : channel.name;
}

/** Sends a slash command to the app. @returns false when nobody listens */
export function sendCommand(
  twin: SlackTwin,
  { user, channel, command, text }: { user: User; channel: Channel; command: string; text: string },
): { heard: boolean; trigger_id: string } {
  const { team, bot, app } = twin.state;
  const trigger_id = newTrigger(twin, user);
  const { url: response_url, secret } = newResponseUrl(twin, 'commands', {
    channel: channel.id,
    user: user.id,
  });
  const payload = {
    token: twin.credentials['verification_token'],
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: bot.app_id,
    is_enterprise_install: 'false',
    response_url,
    trigger_id,
  };
  const own = app.commands.find((candidate) => candidate.command === command);
  const heard = notify(twin, {
    name: `slash_commands ${command}`,
    type: 'slash_commands',
    payload,
    url: own?.url ?? app.interactivity_url ?? app.request_url,
    context: { answers: 'command', hook: secret },
  });
  return { heard, trigger_id };
}

/** Sends a click, a submission or a shortcut to the app. */
export function sendInteraction(
  twin: SlackTwin,
  payload: Record<string, unknown> & { type: string },
  context: Record<string, string> = {},
): boolean {
  const { app } = twin.state;
  return notify(twin, {
    name: `interactive ${payload.type}`,
    type: 'interactive',
    payload,
    url: app.interactivity_url ?? app.request_url,
    context,
  });
}
