import { findUser, secondsOf, type Call, type Handler } from './call';
import { emit } from './events';
import { refuse } from './refusal';
import { textArg } from './request';
import type { User } from './state';

/** Minutes that notifications can be snoozed: one day. */
const maxMinutes = 24 * 60;
const none = { start: 1, end: 1, snoozed_until: 0 };

function viewDnd({ dnd = none }: User) {
  return { dnd_enabled: dnd.end > 1, next_dnd_start_ts: dnd.start, next_dnd_end_ts: dnd.end };
}

function viewSnooze({ dnd = none }: User, now: number) {
  if (dnd.snoozed_until <= now) return { snooze_enabled: false };
  return {
    snooze_enabled: true,
    snooze_endtime: dnd.snoozed_until,
    snooze_remaining: dnd.snoozed_until - now,
    snooze_is_indefinite: false,
  };
}

function tell({ twin, caller, now }: Call): void {
  const status = { ...viewDnd(caller.user), ...viewSnooze(caller.user, secondsOf(now)) };
  emit(twin, 'dnd_updated_user', { user: caller.user.id, dnd_status: status });
}

export const info: Handler = ({ state, args, caller, now }) => {
  const user = findUser(state, textArg(args, 'user') || caller.user.id);
  return { ...viewDnd(user), ...(user === caller.user ? viewSnooze(user, secondsOf(now)) : {}) };
};

export const teamInfo: Handler = ({ state, args }) => {
  const ids = (args['users'] as string[] | undefined) ?? [];
  if (ids.length === 0) refuse('no_users_provided');
  const users = state.users.filter(({ id }) => ids.includes(id));
  return { users: Object.fromEntries(users.map((user) => [user.id, viewDnd(user)])) };
};

export const setSnooze: Handler = (call) => {
  const text = textArg(call.args, 'num_minutes');
  if (text === undefined) refuse('missing_duration');
  const minutes = Number(text);
  if (!Number.isInteger(minutes) || minutes < 1) refuse('snooze_failed');
  if (minutes > maxMinutes) refuse('too_long');
  const { user } = call.caller;
  const now = secondsOf(call.now);
  user.dnd = { ...(user.dnd ?? none), snoozed_until: now + minutes * 60 };
  tell(call);
  return viewSnooze(user, now);
};

export const endSnooze: Handler = (call) => {
  const { user } = call.caller;
  user.dnd = { ...(user.dnd ?? none), snoozed_until: 0 };
  tell(call);
  return { ...viewDnd(user), snooze_enabled: false };
};

export const endDnd: Handler = (call) => {
  const { user } = call.caller;
  if (!user.dnd || user.dnd.end <= 1) refuse('not_in_dnd');
  user.dnd = none;
  tell(call);
  return {};
};
