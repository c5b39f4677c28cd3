import type { Change } from './call';
import { groupsOf } from './directory';
import { parseExpression, type Expression } from './expressions';
import { addMember, removeMember } from './membership';
import type { GroupRule, User } from './state';

/** Statuses in which rules leave a user alone. */
const leftAlone: readonly User['status'][] = ['STAGED', 'DEPROVISIONED'];

/** Puts a user into the groups of a rule that is true of them, and takes out whom the rule put there before. */
function applyRule(change: Change, rule: GroupRule, holds: Expression, user: User): void {
  const { state } = change;
  const mine = groupsOf(state, user);
  const fits =
    !leftAlone.includes(user.status) &&
    !rule.excludedUsers.includes(user.id) &&
    holds({
      attribute: (name) => user.profile[name],
      inGroup: (ids) => mine.some(({ id }) => ids.includes(id)),
      inGroupNamed: (named) => mine.some(({ profile }) => named(profile.name)),
    }) === true;
  for (const group of state.groups.filter(({ id }) => rule.groupIds.includes(id))) {
    const isPlaced = rule.placed.some((place) => place.user === user.id && place.group === group.id);
    if (fits && !group.members.includes(user.id)) {
      if (!isPlaced) rule.placed.push({ user: user.id, group: group.id });
      addMember(change, group, user);
    } else if (!fits && isPlaced) {
      rule.placed = rule.placed.filter((place) => place.user !== user.id || place.group !== group.id);
      removeMember(change, group, user);
    }
  }
}

/** Applies a rule to everybody. */
export function evaluateRule(change: Change, rule: GroupRule): void {
  if (rule.status !== 'ACTIVE') return;
  const holds = parseExpression(rule.expression);
  for (const user of change.state.users) applyRule(change, rule, holds, user);
}

/** Applies every rule to one user. */
export function evaluateUser(change: Change, user: User): void {
  for (const rule of change.state.groupRules) {
    if (rule.status === 'ACTIVE') applyRule(change, rule, parseExpression(rule.expression), user);
  }
}

/** Has the rules applied to a user, as soon as the organisation gets to it. */
export function scheduleRules({ twin, state }: Change, user: User): void {
  if (state.groupRules.some(({ status }) => status === 'ACTIVE')) {
    twin.later(state.settings.ruleLag, 'userRules', { user: user.id });
  }
}
