import { statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Check } from './checks';
import { type Ground, inside, missingWall, wallCure } from './ground';

/** What of the machine a pod must not show, beside what the caller names. */
const never = [
  '/root',
  '/var',
  '/sys',
  '/boot',
  '/srv',
  '/etc/shadow',
  '/etc/ssl/private',
  '/run/docker.sock',
];
const writable = ['/workspace', '/home/agent', '/tmp', '/run', '/dev/shm'];

/** That files of the host are out of reach, tried from inside a pod. */
export const fileChecks: readonly Check<Ground>[] = [
  {
    ...{ area: 'Files', name: 'only what is listed', cure: wallCure },
    async attempt({ pod, hidden, secretFile }) {
      const places = [...Object.values(hidden), ...never, secretFile];
      const { stdout } = await inside(pod, 'stat -c "%d:%i %n" -- "$@" 2>/dev/null', places);
      const shown = stdout.split('\n').filter((line) => isOnHost(line));
      if (shown.length > 0) missingWall(`agents see ${shown.map(placeIn).join(', ')}`);
      return `${Object.keys(hidden).join(', ')} and the rest of the machine are absent`;
    },
  },
  {
    ...{ area: 'Files', name: 'read-only root', cure: wallCure },
    async attempt({ pod }) {
      const script = 'for d in "$@"; do ( : > "$d/.mark" ) 2>/dev/null && echo "$d"; done';
      const places = ['/', '/usr', '/usr/bin', '/etc', '/opt', '/opt/factory', '/home', '/proc/sys/kernel'];
      const { stdout } = await inside(pod, script, [...places, ...writable]);
      const open = stdout.split('\n').filter(Boolean);
      const wrong = open.filter((place) => !writable.includes(place));
      if (wrong.length > 0) missingWall(`agents can write ${wrong.join(', ')}`);
      const closed = writable.filter((place) => !open.includes(place));
      if (closed.length > 0) missingWall(`agents cannot write ${closed.join(', ')}`);
      return `can be written: ${open.join(', ')}`;
    },
  },
  {
    ...{ area: 'Files', name: 'links', cure: wallCure },
    async attempt({ pod, worktree, secret, secretFile }) {
      const link = path.join(worktree, 'link');
      symlinkSync(secretFile, link);
      const script = 'cat link /proc/1/root"$1" /proc/self/root"$1"; ln /usr/bin/env hard && echo linked';
      const { stdout } = await inside(pod, script, [secretFile]);
      const tool = await pod.tool('read', { file_path: 'link' });
      if (stdout.includes(secret)) missingWall('a command read a file of the host through a link');
      if (stdout.includes('linked')) missingWall('a command made a hard link to a file of the machine');
      if (!tool.isError || tool.text.includes(secret))
        missingWall('the file tools follow a link to the host');
      return 'symbolic, hard and /proc links lead nowhere, for commands and for file tools';
    },
  },
  {
    ...{ area: 'Files', name: 'masked places', cure: wallCure },
    async attempt({ pod }) {
      const { stdout } = await inside(
        pod,
        'ls -A /usr/src /usr/local/etc /usr/local/src | grep -v :$ | grep .',
      );
      if (stdout !== '') missingWall('sources or settings below /usr are visible');
      return '/usr/src, /usr/local/src and /usr/local/etc are empty';
    },
  },
  {
    ...{
      area: 'Files',
      name: 'file tools',
      cure: 'Install Dark Factory again: worker.js is missing or broken.',
    },
    async attempt({ pod }) {
      await pod.tool('write', { file_path: 'note.txt', content: 'from the file tools' });
      const began = performance.now();
      const { text } = await pod.tool('read', { file_path: 'note.txt' });
      if (!text.includes('from the file tools')) missingWall(`they answered: ${text.slice(0, 100)}`);
      return `run behind the same walls; a read took ${(performance.now() - began).toFixed(1)} ms`;
    },
  },
];

/** True when a line of `stat` is about the same file as on the host: names alone may be the sandbox's own. */
function isOnHost(line: string): boolean {
  const found = statSync(placeIn(line), { throwIfNoEntry: false });
  return line !== '' && found !== undefined && line.startsWith(`${found.dev}:${found.ino} `);
}

const placeIn = (line: string) => line.slice(line.indexOf(' ') + 1);
