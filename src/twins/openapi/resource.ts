import type { ListModel } from './evidence';
import type { Node } from './node';
import type { Operation } from './operations';

/** What an operation does to a resource. */
export type Role = 'list' | 'create' | 'get' | 'update' | 'replace' | 'delete';

/** A collection of objects and what can be done to it. */
export interface Resource {
  /** Path of the collection as the document writes it. */
  path: string;
  /** Last parameter of the paths of its items. */
  parameter: string;
  /** Member of its objects that is in the path. */
  id: string;
  /** Of its objects. */
  schema: Node;
  /** One of them as the document shows it; the same for all operations, so that an object looks the same in all. */
  example: unknown;
  roles: Partial<Record<Role, Operation>>;
  list?: ListModel;
  /** Collections below other objects whose items have their paths here. */
  feeders: readonly Resource[];
  /** Where the items of this one have theirs, when that is elsewhere. */
  home?: Resource;
}
