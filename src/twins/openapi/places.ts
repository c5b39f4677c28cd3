import type { Resource } from './resource';
import { escapePattern } from './router';
import { findItem, type ApiState } from './state';

type Values = Readonly<Record<string, string>>;

/** A collection's path with the values of its parameters. */
export function fillPath(path: string, values: Values): string {
  return path.replace(/\{([^{}]*)\}/g, (_, name: string) => values[name] ?? '');
}

/** Matches paths like this one: a parameter has the value that is given for it, and any other value when none is. */
export function pathPattern(path: string, values: Values = {}): RegExp {
  const source = path.split(/\{([^{}]*)\}/).map((part, index) => {
    if (index % 2 === 0) return escapePattern(part);
    return Object.hasOwn(values, part) ? escapePattern(values[part]!) : '[^/]+';
  });
  return new RegExp(`^${source.join('')}$`);
}

/** Paths of the collections that objects of a resource may be in: its own, and those below others that feed it. */
export function collectionsOf({ path, feeders }: Resource, state: ApiState, values: Values): string[] {
  const patterns = feeders.map((feeder) => pathPattern(feeder.path, values));
  const fed = patterns.length === 0 ? [] : Object.keys(state.objects);
  return [fillPath(path, values), ...fed.filter((one) => patterns.some((pattern) => pattern.test(one)))];
}

/** The one of them that holds an object; the resource's own when none does. */
export function collectionWith(resource: Resource, state: ApiState, values: Values): string {
  const all = collectionsOf(resource, state, values);
  const id = values[resource.parameter] ?? '';
  return all.find((path) => findItem(state, path, resource.id, id) !== undefined) ?? all[0]!;
}
