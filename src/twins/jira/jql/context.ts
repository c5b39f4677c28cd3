import type { Issue } from '../issueState';
import type { Filter, JiraState, Project, User } from '../state';

/** What the meaning of a query depends on. */
export interface JqlContext {
  state: JiraState;
  /** Null for anonymous requests. */
  user: User | null;
  /** Milliseconds since the epoch. */
  now: number;
  /** Projects that the user may know of. */
  projects: readonly Project[];
  /** Filters that the user may know of. */
  filters: readonly Filter[];
  canSee: (issue: Issue) => boolean;
  /** Whether the user has a permission, named as on screen or by its key, in a project. */
  hasPermission: (permission: string, project: Project) => boolean;
  /** Whether the user has a role, by name or id, in a project. */
  hasRole: (role: string, project: Project) => boolean;
}

/** What is wrong with a query that follows the grammar. */
export interface Problem {
  message: string;
  /** It names something that is not there, which makes it match nothing; the rest cannot be run at all. */
  isMissing: boolean;
}

/** Says whether an issue fits. */
export type Test = (issue: Issue) => boolean;

export const zoneOf = ({ user }: Pick<JqlContext, 'user'>): string => user?.timeZone ?? 'Etc/UTC';

/** Names are compared without regard to case. */
export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
