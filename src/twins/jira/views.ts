import type { Call } from './call';
import type {
  Component,
  IssueType,
  JiraState,
  Priority,
  Project,
  Resolution,
  Status,
  User,
  Version,
} from './state';

// What the things of a site look like in answers.

type Urls = Pick<Call, 'base' | 'rest'>;

const sizes = ['48x48', '24x24', '16x16', '32x32'] as const;
const sized = (url: string) => Object.fromEntries(sizes.map((size) => [size, `${url}?size=${size}`]));

/** A person as others see one; null for somebody the site no longer knows. */
export function viewUser(call: Urls & Pick<Call, 'state' | 'caller'>, accountId: string | null | undefined) {
  const user = call.state.users.find((candidate) => candidate.accountId === accountId);
  return user ? userDetails(call, user) : null;
}

export function userDetails({ base, rest, caller }: Urls & Pick<Call, 'caller'>, user: User) {
  const shows = !user.emailHidden || caller.user?.accountId === user.accountId;
  return {
    self: `${rest}/user?accountId=${encodeURIComponent(user.accountId)}`,
    accountId: user.accountId,
    accountType: user.accountType,
    ...(shows && user.emailAddress !== undefined ? { emailAddress: user.emailAddress } : {}),
    avatarUrls: sized(`${base}/secure/useravatar/${encodeURIComponent(user.accountId)}`),
    displayName: user.displayName,
    active: user.active,
    timeZone: user.timeZone,
  };
}

const categories = {
  undefined: { id: 1, key: 'undefined', colorName: 'medium-gray', name: 'No Category' },
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
};
export type CategoryKey = keyof typeof categories;
export const categoryKeys = Object.keys(categories) as CategoryKey[];

export function viewCategory({ rest }: Urls, key: CategoryKey) {
  const category = categories[key];
  return { self: `${rest}/statuscategory/${category.id}`, ...category };
}

export function viewStatus(call: Urls, status: Status) {
  return {
    self: `${call.rest}/status/${status.id}`,
    description: status.description,
    iconUrl: `${call.base}/images/icons/statuses/generic.png`,
    name: status.name,
    id: status.id,
    statusCategory: viewCategory(call, status.category),
  };
}

export function viewIssueType({ base, rest }: Urls, type: IssueType) {
  return {
    self: `${rest}/issuetype/${type.id}`,
    id: type.id,
    description: type.description,
    iconUrl: `${base}/rest/api/2/universal_avatar/view/type/issuetype/avatar/${type.avatarId}?size=medium`,
    name: type.name,
    subtask: type.hierarchyLevel < 0,
    avatarId: type.avatarId,
    hierarchyLevel: type.hierarchyLevel,
  };
}

export function viewPriority({ base, rest }: Urls, priority: Priority) {
  return {
    self: `${rest}/priority/${priority.id}`,
    iconUrl: `${base}${priority.iconUrl}`,
    name: priority.name,
    id: priority.id,
  };
}

export function viewResolution({ rest }: Urls, resolution: Resolution) {
  const { id, name, description } = resolution;
  return { self: `${rest}/resolution/${id}`, id, description, name };
}

function viewCategoryOfProject(call: Urls & Pick<Call, 'state'>, id: string | undefined) {
  const category = call.state.projectCategories.find((candidate) => candidate.id === id);
  if (!category) return undefined;
  return { self: `${call.rest}/projectCategory/${category.id}`, ...category };
}

/** A project as it is shown inside of other things. */
export function projectInside(call: Urls & Pick<Call, 'state'>, project: Project) {
  const projectCategory = viewCategoryOfProject(call, project.category);
  return {
    self: `${call.rest}/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    projectTypeKey: project.projectTypeKey,
    simplified: project.style === 'next-gen',
    avatarUrls: sized(
      `${call.base}/rest/api/2/universal_avatar/view/type/project/avatar/${project.avatarId}`,
    ),
    ...(projectCategory ? { projectCategory } : {}),
  };
}

export function componentInside({ rest }: Urls, { id, name, description }: Component) {
  return { self: `${rest}/component/${id}`, id, name, ...(description === '' ? {} : { description }) };
}

export function versionInside({ rest }: Urls, version: Version) {
  const { id, description, name, archived, released, releaseDate } = version;
  return {
    self: `${rest}/version/${id}`,
    id,
    ...(description === '' ? {} : { description }),
    name,
    archived,
    released,
    ...(releaseDate === undefined ? {} : { releaseDate }),
  };
}

/** A row by its id; what the state names is there. */
export function rowOf<T extends { id: string | number }>(rows: readonly T[], id: string | number): T {
  const found = rows.find((row) => row.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
}

export const statusOf = (state: JiraState, id: string): Status => rowOf(state.statuses, id);
