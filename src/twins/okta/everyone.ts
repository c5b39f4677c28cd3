import type { Group } from './state';

/** The group that everybody is in, without being put there. */
export function isEveryone(group: Group): boolean {
  return group.type === 'BUILT_IN';
}
