import { identifier, readList, showsId, type Tools } from './evidence';
import type { Operation } from './operations';
import type { Resource } from './resource';
import { parameterNames } from './router';

/**
 * A collection without paths for its items: what is made in it can be listed there. Undefined where a path is none:
 * without both operations nothing tells a collection from a search or an action.
 */
export function inferLoose(
  path: string,
  operations: readonly Operation[],
  tools: Tools,
): Resource | undefined {
  const [listing, creating] = ['GET', 'POST'].map((wanted) =>
    operations.find(({ method }) => method === wanted),
  );
  const list = listing && readList(listing, tools);
  if (!list || !creating || path.endsWith('}')) return undefined;
  const id = identifier('id', path, list.item, tools.shapeOf);
  if (id === undefined || !showsId(creating, id, tools)) return undefined;
  const roles = { list: listing, create: creating };
  return { path, parameter: '', id, schema: list.item, example: undefined, roles, list, feeders: [] };
}

/**
 * Where the items of such a collection have their paths, as those of `/issues/{number}/comments` in `/issues/comments/{id}`:
 * in a collection of the same name and kind that asks for no more than is known.
 */
export function homeOf({ path, schema, id }: Resource, resources: readonly Resource[]): Resource | undefined {
  const [segments, known] = [path.split('/'), parameterNames(path)];
  const fitting = resources.filter(
    (one) =>
      one.schema === schema &&
      one.id === id &&
      one.path.split('/').at(-1) === segments.at(-1) &&
      parameterNames(one.path).every((name) => known.includes(name)),
  );
  const shared = (one: Resource): number =>
    one.path.split('/').findIndex((part, at) => part !== segments[at]);
  return fitting.sort((left, right) => shared(right) - shared(left))[0];
}
