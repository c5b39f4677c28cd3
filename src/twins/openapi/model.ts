import { usualError, type ErrorTools } from './errors';
import { childOf, listOf, textOf, type Node } from './node';
import { createResolve, readOperations, type Operation } from './operations';
import { repairsKey } from './repair';
import { inferResources, type Inferred } from './resources';
import { createRouter, type Router } from './router';
import { createSampleOf } from './sample';
import { basePath, hostsOf } from './servers';
import { createShapeOf } from './shape';

/** Everything a twin knows of its service, from the document alone. */
export interface Model extends Inferred {
  title: string;
  /** Path below which the operations are; empty, or `/v2`. */
  base: string;
  hosts: readonly string[];
  operations: readonly Operation[];
  /** By path as the document writes it. */
  creatable: ReadonlyMap<string, string>;
  route: Router;
  schemes: Node;
  repairs: readonly string[];
  tools: ErrorTools;
}

/** @param root a packed document */
export function readModel(root: Node): Model {
  const resolve = createResolve(root);
  const shapeOf = createShapeOf(resolve);
  const operations = readOperations(root, resolve);
  const inferred = inferResources(operations, { resolve, shapeOf });
  const creatable = inferred.resources.filter(({ roles }) => roles.create);
  return {
    ...inferred,
    title: textOf(childOf(root, 'info'), 'title') ?? 'an API without a title',
    base: basePath(root),
    hosts: hostsOf(root),
    operations,
    creatable: new Map(creatable.map(({ path, id }) => [path, id])),
    route: createRouter(operations),
    schemes: childOf(childOf(root, 'components'), 'securitySchemes'),
    repairs: listOf(root, repairsKey).filter((one) => typeof one === 'string'),
    tools: { resolve, shapeOf, sampleOf: createSampleOf(resolve, shapeOf), usual: usualError(operations) },
  };
}
