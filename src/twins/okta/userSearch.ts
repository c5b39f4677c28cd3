import type { Handler, Call } from './call';
import { searchedUser } from './directory';
import { refuse } from './errors';
import {
  FilterSyntaxError,
  isAllowed,
  matches,
  parseFilter,
  propertyOf,
  type Comparison,
  type Filter,
  type FilterRules,
} from './filter';
import { listPage } from './paging';
import { isAttribute } from './profiles';
import type { User } from './state';
import { listedUser } from './userViews';

const most = 200;
const usualWithQuery = 10;

const range = ['gt', 'ge', 'lt', 'le'] as const;
const filterOperators: Readonly<Record<string, readonly Comparison[]>> = {
  status: ['eq'],
  id: ['eq'],
  'profile.login': ['eq'],
  'profile.email': ['eq'],
  'profile.firstName': ['eq'],
  'profile.lastName': ['eq'],
  lastUpdated: ['eq', ...range],
};
const filterRules: FilterRules = {
  operators: (property) =>
    (Object.hasOwn(filterOperators, property) ? filterOperators[property] : undefined) ?? null,
  not: false,
};

const searchOperators = ['eq', 'sw', 'pr', ...range] as const;
const searched = ['id', 'status', 'created', 'activated', 'statusChanged', 'lastUpdated', 'type.id'];
const containing = ['profile.firstName', 'profile.lastName', 'profile.email', 'profile.login'];

function isSearched(call: Call, property: string): boolean {
  if (searched.includes(property)) return true;
  const [root, name = ''] = property.split('.');
  return root === 'profile' && isAttribute(name, call.state.attributes);
}

const searchRules = (call: Call): FilterRules => ({
  operators: (property) => {
    if (!isSearched(call, property)) return null;
    return containing.includes(property) ? [...searchOperators, 'co'] : searchOperators;
  },
  not: true,
});

/** Reads an expression of a request; `E0000031` for one that cannot be read or may not be asked. */
export function readFilter(text: string, rules: FilterRules): Filter {
  try {
    const filter = parseFilter(text);
    if (isAllowed(filter, rules)) return filter;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  return refuse('E0000031');
}

function startsWithQuery({ profile }: User, query: string): boolean {
  const { firstName, lastName, email } = profile;
  const names = [firstName, lastName, email].map((value) =>
    typeof value === 'string' ? value.toLowerCase() : '',
  );
  return [...names, `${names[0]} ${names[1]}`].some((name) => name.startsWith(query));
}

interface Selection {
  users: User[];
  /** Users in a page when the request does not say. */
  usual: number;
  sort?: { by: (user: User) => string | number; descending: boolean } | undefined;
}

function sorting(call: Call): Selection['sort'] {
  const property = call.query.get('sortBy');
  if (property === null) return undefined;
  if (!isSearched(call, property)) refuse('E0000031');
  const by = (user: User) => {
    const value = propertyOf(searchedUser(user, call.now), property);
    return typeof value === 'number' ? value : typeof value === 'string' ? value.toLowerCase() : '';
  };
  return { by, descending: call.query.get('sortOrder')?.toLowerCase().startsWith('desc') ?? false };
}

/** The users a request asks for; without an expression those that are not deactivated. */
function select(call: Call): Selection {
  const { state, now, query } = call;
  const search = query.get('search');
  const filter = query.get('filter');
  const words = query.get('q')?.trim().toLowerCase() ?? '';
  if ([search, filter].filter(Boolean).length + (words ? 1 : 0) > 1) refuse('E0000033');
  if (search) {
    const parsed = readFilter(search, searchRules(call));
    const fits = (user: User) => {
      const seen = searchedUser(user, now);
      return seen !== null && matches(parsed, seen, { ignoreCase: true });
    };
    return { users: state.users.filter(fits), usual: most, sort: sorting(call) };
  }
  if (filter) {
    const parsed = readFilter(filter, filterRules);
    return { users: state.users.filter((user) => matches(parsed, user, { ignoreCase: false })), usual: most };
  }
  const present = state.users.filter((user) => user.status !== 'DEPROVISIONED');
  if (words === '') return { users: present, usual: most };
  return { users: present.filter((user) => startsWithQuery(user, words)), usual: usualWithQuery };
}

export const listUsers: Handler = (call) => {
  const { users, usual, sort } = select(call);
  return listPage(call, users, {
    limits: { usual, most },
    idOf: (user) => user.id,
    sort,
    view: (user) => listedUser(user, call.origin),
  });
};
