import type { RateState } from '../rates';
import type { OktaTwin } from './state';

const minute = 60_000;

/** One bucket of requests; of those that fit, a path that is the same goes before the longest beginning. */
interface Bucket {
  /** Path with `{}` for any one segment; a beginning when it ends in `*`. */
  path: string;
  methods?: readonly string[];
  /** Requests a minute. */
  limit: number;
}

/** All requests of the organisation's API together; `org` among the limits of a seed. */
const wholeOrg: Bucket = { path: 'org', limit: 10_000 };

const buckets: readonly Bucket[] = [
  { path: '/api/v1*', limit: 1200 },
  { path: '/api/v1/apps', limit: 100 },
  { path: '/api/v1/apps/{}', limit: 500 },
  { path: '/api/v1/authn*', limit: 600 },
  { path: '/api/v1/groups', limit: 500 },
  { path: '/api/v1/groups/{}', limit: 1000 },
  { path: '/api/v1/logs', limit: 120 },
  { path: '/api/v1/sessions*', limit: 750 },
  { path: '/api/v1/users', limit: 600 },
  { path: '/api/v1/users/{}', methods: ['GET'], limit: 2000 },
  { path: '/api/v1/users/{}', methods: ['POST', 'PUT', 'DELETE'], limit: 600 },
  { path: '/oauth2/v1*', limit: 1200 },
  { path: '/oauth2/{}/v1*', limit: 1200 },
];

/** What is never counted: keys and discovery. */
const free = /^\/(oauth2\/([^/]+\/)?v1\/keys|(oauth2\/[^/]+\/)?\.well-known\/.*)$/;

interface Fitting extends Bucket {
  pattern: RegExp;
  /** Exact paths first, then the longer one. */
  rank: number;
}

const fitting: readonly Fitting[] = buckets
  .map((bucket) => {
    const source = bucket.path.replace(/[.]/g, '\\.').replaceAll('{}', '[^/]+').replace(/\*$/, '(/.*)?');
    const exact = bucket.path.endsWith('*') ? 0 : 1000;
    return { ...bucket, pattern: new RegExp(`^${source}$`), rank: exact + bucket.path.length };
  })
  .sort((a, b) => b.rank - a.rank);

function bucketOf(method: string, path: string): Bucket | undefined {
  return fitting.find(
    ({ pattern, methods }) => pattern.test(path) && (methods === undefined || methods.includes(method)),
  );
}

/**
 * Counts a request in the narrowest bucket and in that of the whole organisation. Returns the state of the one that
 * refuses, or else of the narrow one; null where requests are free.
 */
export function countRequest(twin: OktaTwin, method: string, path: string): RateState | null {
  if (free.test(path)) return null;
  const narrow = bucketOf(method, path);
  if (!narrow) return null;
  const { rateLimits } = twin.state.settings;
  const take = (bucket: Bucket) => {
    const limit = Object.hasOwn(rateLimits, bucket.path) ? rateLimits[bucket.path] : undefined;
    const name = [...(bucket.methods ?? []), bucket.path].join(' ');
    return twin.takeRate(name, { limit: limit ?? bucket.limit, windowMs: minute });
  };
  const state = take(narrow);
  if (!state.allowed || !path.startsWith('/api/v1/')) return state;
  const whole = take(wholeOrg);
  return whole.allowed ? state : whole;
}
