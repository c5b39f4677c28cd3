import { same, type JqlContext } from './context';

interface Named {
  id: string;
  name: string;
}

/**
 * Ids of the rows that a value means: those of that name, else the one of that id; a number that is written without
 * quotes is an id first.
 */
export function byNameOrId(rows: readonly Named[], text: string, isNumber: boolean): string[] {
  const named = rows.filter(({ name }) => same(name, text)).map(({ id }) => id);
  const numbered = /^\d+$/.test(text) ? rows.filter(({ id }) => id === text).map(({ id }) => id) : [];
  const [first, second] = isNumber ? [numbered, named] : [named, numbered];
  return first.length > 0 ? first : second;
}

/** Account ids of the people that a value means: an account id, an address that others see, or a name. */
export function usersOf({ state, user }: JqlContext, text: string): string[] {
  const exact = state.users.find(({ accountId }) => accountId === text);
  if (exact) return [exact.accountId];
  return state.users
    .filter(({ displayName, emailAddress, emailHidden, accountId }) => {
      const shows = !emailHidden || accountId === user?.accountId;
      return same(displayName, text) || (shows && emailAddress !== undefined && same(emailAddress, text));
    })
    .map(({ accountId }) => accountId);
}

export function projectsOf({ projects }: JqlContext, text: string, isNumber: boolean): string[] {
  const keyed = projects.filter(
    ({ key, formerKeys }) => same(key, text) || formerKeys.some((old) => same(old, text)),
  );
  if (keyed.length > 0) return keyed.map(({ id }) => id);
  return byNameOrId(projects, text, isNumber);
}

/** The id of the issue with this key or id, if the user may know of it. */
export function issuesOf({ state, canSee }: JqlContext, text: string): string[] {
  const upper = text.toUpperCase();
  const issue =
    state.issues.find(({ id, key }) => id === text || key === upper) ??
    state.issues.find(({ formerKeys }) => formerKeys.includes(upper));
  return issue && canSee(issue) ? [issue.id] : [];
}
