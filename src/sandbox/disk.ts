import { statfsSync, statSync } from 'node:fs';
import { lstat, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';

/** Bytes that one pod may take on the disk. */
export interface DiskLimits {
  /** One file; the kernel refuses what goes beyond. */
  file: number;
  /** What a pod's commands write in its folders, together. */
  pod: number;
}

const gibibyte = 1024 ** 3;
export const usualDiskLimits: DiskLimits = { file: 4 * gibibyte, pod: 8 * gibibyte };

/** What must stay free for everyone else: this much, but never more than half of what was free at first. */
const reserve = { bytes: gibibyte, entries: 100_000 } as const;
const pollMs = 200;
/** The least that an entry takes, also an empty one. */
const leastBytes = 4096;
/** A pod with more new entries than this has filled the disk, whatever their sizes say. */
const mostEntries = 2_000_000;
/** After a measurement in vain there is a pause of so many times what it took. */
const pauses = 20;

/** Looks after the disk while a pod's commands run. */
export interface DiskWatch {
  begin(): void;
  end(): void;
}

/** One file system that a pod can write. */
interface Disk {
  folder: string;
  reserve: { bytes: number; entries: number };
  /** Most that was free since the pod was opened. */
  free: number;
  /** Most that was free since the pod was last measured, and what of it may go before it is measured again. */
  since: { free: number; room: number };
}

/**
 * Ordinary users have no quotas, so the free space is looked at, which costs nothing; only when more of it is gone
 * than the pod may take, or hardly any is left, the pod's own folders are measured: somebody else may be filling it.
 * @param folders writable folders of the pod on the host
 * @param stop ends the pod's commands for a reason; resolves when they are gone
 */
export function watchDisk(
  folders: readonly string[],
  limits: DiskLimits,
  stop: (reason: string) => Promise<unknown>,
): DiskWatch {
  const opened = Date.now();
  const disks = disksOf(folders, limits);
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  /** What a pod had written when it was stopped: it may tidy up, but not grow any further. */
  let left = 0;
  /** Until when nothing is measured, on the clock of `performance.now()`. */
  let rest = 0;

  async function look() {
    for (const disk of disks) {
      const { bsize, bavail, files, ffree } = await statfs(disk.folder);
      const free = bsize * bavail;
      disk.free = Math.max(disk.free, free);
      disk.since.free = Math.max(disk.since.free, free);
      const gone = disk.free - free;
      const scarce = free < disk.reserve.bytes || (files > 0 && ffree < disk.reserve.entries);
      if (!scarce && disk.since.free - free <= disk.since.room) continue;
      if (performance.now() < rest) continue;
      const began = performance.now();
      const written = await writtenSince(opened, folders);
      const many = written > Math.max(limits.pod, left);
      if (!many && !(scarce && written > Math.max(gone / 2, left))) {
        // Somebody else took it, and may not give it back: it is no reason to measure again.
        disk.since = { free, room: Math.max(limits.pod, left) - written };
        rest = performance.now() + pauses * (performance.now() - began);
        continue;
      }
      await stop(
        many
          ? `its folders grew by more than the ${Math.floor(limits.pod / 1024 ** 2)} MiB it may write`
          : "it took the disk's last space",
      );
      const now = await writtenSince(opened, folders);
      if (now !== Infinity) left = now;
    }
  }

  function begin() {
    timer ??= setInterval(() => {
      if (looking) return;
      looking = true;
      // A folder that cannot be looked at any more belongs to a pod that is being closed.
      const done = () => (looking = false);
      look().then(done, done);
    }, pollMs).unref();
  }

  function end() {
    clearInterval(timer);
    timer = undefined;
  }

  return { begin, end };
}

function disksOf(folders: readonly string[], limits: DiskLimits): Disk[] {
  const byDevice = new Map(folders.map((folder) => [statSync(folder).dev, folder]));
  return [...byDevice.values()].map((folder) => {
    const { bsize, bavail, ffree } = statfsSync(folder);
    const free = bsize * bavail;
    const kept = {
      bytes: Math.min(reserve.bytes, free / 2),
      entries: Math.min(reserve.entries, ffree / 2),
    };
    return { folder, reserve: kept, free, since: { free, room: limits.pod } };
  });
}

/**
 * Bytes of everything below the folders that changed since a moment; infinite when that cannot be told. A link put
 * in place of a folder meanwhile can only make its owner's own count larger.
 */
async function writtenSince(moment: number, folders: readonly string[]): Promise<number> {
  const waiting = [...folders];
  let bytes = 0;
  let entries = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await entriesOf(folder)) {
      if (entry === hiding || ++entries > mostEntries) return Infinity;
      const place = path.join(folder, entry.name);
      const found = await lstat(place).catch(() => undefined);
      if (found && found.ctimeMs >= moment) bytes += Math.max(leastBytes, found.blocks * 512);
      if (found?.isDirectory()) waiting.push(place);
    }
  }
  return bytes;
}

const hiding = Symbol('a folder that hides what is in it');

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? ([hiding] as const) : [];
  }
}
