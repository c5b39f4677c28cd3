import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import type { Mount } from './types';

/** Where an agent's own folder appears inside. */
export const agentHome = '/home/agent';
/** Where our programs appear inside. */
export const programsFolder = '/opt/factory';

/** Places inside that belong to the sandbox itself; a mount may neither be nor hide one of them. */
const reserved = [
  '/usr',
  '/proc',
  '/dev',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  programsFolder,
  '/opt/node',
];

/** True when `child` is `parent` or lies below it. */
export function isWithin(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return relative === '' || (relative !== '..' && !relative.startsWith('../'));
}

/**
 * Mounts with their host side resolved, outermost first, after the checks that keep bwrap from being led astray: a
 * destination below a writable folder may be a link planted by an agent (bwrap then creates files on the host,
 * CVE-2026-87766), and a source below one may be swapped for a link.
 * @param hidden folders on the host that no mount may show, such as the user's home.
 * @param elsewhere mounts of other sandboxes, whose writable sources are just as little to be trusted.
 * @throws FactoryError `bad-input` naming the mount.
 */
export function checkMounts(
  mounts: readonly Mount[],
  hidden: readonly string[],
  elsewhere: readonly Mount[] = [],
): Mount[] {
  const resolved = mounts.map(resolveMount);
  const writable = [...resolved, ...elsewhere.map(resolveMount)].filter((mount) => mount.writable);
  for (const mount of resolved) {
    for (const other of resolved) if (other !== mount) checkPlaces(mount, other);
    for (const { host } of writable)
      if (mount.host !== host && isWithin(host, mount.host))
        refuse(mount, 'its source lies in a folder that agents can write');
    if (mount.writable && isWithin('/usr', mount.host)) refuse(mount, 'every sandbox sees /usr');
    const shown = hidden.find((folder) => isWithin(mount.host, folder));
    if (shown !== undefined) refuse(mount, `it would show ${shown}`);
  }
  return resolved.sort((a, b) => (a.inside < b.inside ? -1 : 1));
}

function checkPlaces(mount: Mount, other: Mount) {
  if (other.inside === mount.inside) refuse(mount, 'two folders cannot appear at the same place');
  if (other.writable && isWithin(other.inside, mount.inside))
    refuse(mount, `it would lie below the writable ${other.inside}`);
}

function resolveMount(mount: Mount): Mount {
  if (!path.isAbsolute(mount.inside) || path.resolve(mount.inside) !== mount.inside)
    refuse(mount, 'the place inside must be an absolute path without dots');
  if (reserved.some((place) => isWithin(place, mount.inside) || isWithin(mount.inside, place)))
    refuse(mount, 'that place belongs to the sandbox');
  if (!existsSync(mount.host)) refuse(mount, `${mount.host} does not exist`);
  return { ...mount, host: realpathSync(mount.host) };
}

function refuse(mount: Mount, reason: string): never {
  throw new FactoryError(
    'bad-input',
    `The sandbox cannot mount ${mount.host} at ${mount.inside}: ${reason}.`,
    {
      hint: 'Choose a folder outside of everything agents can write, mounted at a place of its own.',
    },
  );
}
