import { findUser, secondsOf, type Call, type Handler } from './call';
import { refuse } from './refusal';
import { textArg } from './request';
import { newId, type SlackState } from './state';

type Reminder = SlackState['reminders'][number];

const units: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};
/** Up to this number of seconds a time is a delay, beyond it a moment. */
const longestDelay = 5 * 366 * 86_400;

/** Seconds since the epoch that a time means: a moment, seconds from now, or `in 5 minutes`; null when it is none. */
function timeOf(text: string, now: number): number | null {
  if (/^\d{1,10}$/.test(text)) {
    const value = Number(text);
    return value <= longestDelay ? now + value : value;
  }
  const [, count, unit] = /^in (\d{1,5}|an?) (second|minute|hour|day|week)s?$/i.exec(text.trim()) ?? [];
  const seconds = unit === undefined ? undefined : units[unit.toLowerCase()];
  if (count === undefined || seconds === undefined) return null;
  return now + (/^an?$/i.test(count) ? 1 : Number(count)) * seconds;
}

function viewReminder({
  id,
  creator,
  user,
  text,
  time,
  complete_ts,
  recurring,
}: Reminder): Record<string, unknown> {
  return { id, creator, user, text, recurring, ...(recurring ? {} : { time, complete_ts }) };
}

/** A reminder that concerns the caller. */
function findOwn({ state, args, caller }: Call): Reminder {
  const id = textArg(args, 'reminder');
  if (!id) refuse('missing_argument');
  const found = state.reminders.find((reminder) => reminder.id === id);
  return found && [found.user, found.creator].includes(caller.user.id) ? found : refuse('not_found');
}

export const add: Handler = (call) => {
  const { state, args, caller } = call;
  const text = textArg(args, 'text');
  const when = textArg(args, 'time');
  if (!text || !when) refuse('missing_argument');
  const user = findUser(state, textArg(args, 'user') || caller.user.id);
  if (user.is_bot) refuse('cannot_add_bot');
  if (user !== caller.user) refuse('cannot_add_others');
  const now = secondsOf(call.now);
  const recurring = args['recurrence'] !== undefined || /^every /i.test(when);
  const time = recurring ? 0 : (timeOf(when, now) ?? refuse('cannot_parse'));
  const id = newId(state, 'Rm', state.reminders);
  const reminder = { id, creator: caller.user.id, user: user.id, text, time, complete_ts: 0, recurring };
  state.reminders.push(reminder);
  return { reminder: viewReminder(reminder) };
};

export const complete: Handler = (call) => {
  const reminder = findOwn(call);
  if (reminder.recurring) refuse('cannot_complete_recurring');
  if (reminder.user !== call.caller.user.id) refuse('cannot_complete_others');
  reminder.complete_ts ||= secondsOf(call.now);
  return {};
};

export const remove: Handler = (call) => {
  const reminder = findOwn(call);
  call.state.reminders.splice(call.state.reminders.indexOf(reminder), 1);
  return {};
};

export const info: Handler = (call) => ({ reminder: viewReminder(findOwn(call)) });

export const list: Handler = ({ state, caller }) => ({
  reminders: state.reminders
    .filter(({ user, creator }) => [user, creator].includes(caller.user.id))
    .map(viewReminder),
});
