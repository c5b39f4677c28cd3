import { openSync, readdirSync, readFileSync } from 'node:fs';

const closeOnExec = 0o2000000;
let covers: ReadonlyMap<number, number> | undefined;

/**
 * What to give children in place of descriptors they would inherit from whoever started this process: an editor's
 * pipe must not end up in a sandbox. Node's own descriptors never pass to children, so one look is enough.
 * @returns for each such descriptor one of `/dev/null`.
 */
export function inheritedCovers(): ReadonlyMap<number, number> {
  covers ??= new Map(inheritedDescriptors().map((fd) => [fd, openSync('/dev/null', 'r+')]));
  return covers;
}

function inheritedDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && passesToChildren(fd));
}

function passesToChildren(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    return false; // The descriptor of the listing itself.
  }
}
