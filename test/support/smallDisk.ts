import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file system of its own in memory, as a disk that can be full or read-only. Only root may mount one. */
export interface SmallDisk {
  dir: string;
  /** Takes all the room that is left but for so many KiB. */
  fill(leave?: number): void;
  /** Changes the size, for example `64m`, or `ro` to make it read-only. */
  change(option: string): void;
}

/** Mounts disks for the tests of the calling suite; they are gone after each test. */
export function useDisks(): (dir: string, size: string) => SmallDisk {
  const mounted: string[] = [];
  afterEach(() => {
    for (const dir of mounted.splice(0)) execFileSync('umount', ['-l', dir]);
  });
  return (dir, size) => {
    mkdirSync(dir, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', dir]);
    mounted.push(dir);
    return {
      dir,
      fill: (leave = 0) => fill(path.join(dir, 'filling'), leave),
      change: (option) => execFileSync('mount', ['-o', `remount,${option}`, dir]),
    };
  };
}

function fill(file: string, leave: number): void {
  const chunk = Buffer.alloc(4096);
  for (;;) {
    try {
      writeFileSync(file, chunk, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') break;
      throw error;
    }
  }
  truncateSync(file, statSync(file).size - leave * 1024);
}
