import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The bytes of a text as programs hold it. */
const plainForms = (text: string): Buffer[] => [Buffer.from(text), Buffer.from(text, 'utf16le')];

/** The bytes of a text as it is and as files carry it: UTF-16, hex and base64 at every alignment. */
function allForms(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = Math.floor((shifted.length * 8) / 6);
    return shifted.toString('base64').slice(Math.ceil((shift * 8) / 6), whole);
  });
  return [...plainForms(text), ...[hex, hex.toUpperCase(), ...base64].map((form) => Buffer.from(form))];
}

/** Looks for texts in bytes; answers the first that is there. */
function finder(
  texts: readonly string[],
  formsOf: (text: string) => Buffer[],
): (bytes: Buffer) => string | undefined {
  const forms = texts.flatMap((text) => formsOf(text).map((form) => [text, form] as const));
  return (bytes) => forms.find(([, form]) => bytes.includes(form))?.[0];
}

export interface Hit {
  /** File, git repository or process. */
  where: string;
  text: string;
}

/** Every hit in files, links and their names below folders, and in the objects of git repositories there. */
export function sweepFolders(
  folders: readonly string[],
  texts: readonly string[],
  except: readonly string[] = [],
): Hit[] {
  const find = finder(texts, allForms);
  const hits: Hit[] = [];
  const look = (where: string, bytes: Buffer) => {
    const text = find(bytes);
    if (text !== undefined) hits.push({ where, text });
  };
  const walk = (file: string): void => {
    if (except.includes(file)) return;
    look(`name of ${file}`, Buffer.from(path.basename(file)));
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) look(file, Buffer.from(readlinkSync(file)));
    else if (stat.isFile()) {
      const bytes = readFileSync(file);
      look(file, bytes);
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) look(`${file} unpacked`, unpacked(bytes));
    } else if (stat.isDirectory()) {
      if (isRepository(file)) look(`objects of ${file}`, objectsOf(file));
      for (const name of readdirSync(file)) walk(path.join(file, name));
    }
  };
  for (const folder of folders) walk(folder);
  return hits;
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: 1 << 28 });
  } catch {
    return Buffer.alloc(0); // It only began like an archive, and was searched as it is.
  }
}

const isRepository = (dir: string): boolean =>
  ['HEAD', 'objects', 'refs'].every((name) => existsSync(path.join(dir, name)));

/** Contents of all objects of a repository, which are compressed on the disk. */
function objectsOf(gitDir: string): Buffer {
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'safe.directory=*'];
  const all = ['cat-file', '--batch', '--batch-all-objects', '--unordered', '--buffer'];
  return execFileSync('git', [...safe, `--git-dir=${gitDir}`, ...all], {
    cwd: '/',
    maxBuffer: 1 << 30,
    stdio: 'pipe',
  });
}

/** A process as Linux tells of it. */
interface Process {
  pid: number;
  parent: number;
  /** How many process namespaces deep it lives, counted from this one. */
  depth: number;
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const status = textOf(`/proc/${name}/status`);
      const parent = /^PPid:\t(\d+)/m.exec(status)?.[1];
      if (parent === undefined) return [];
      const depth = /^NSpid:\t(.*)$/m.exec(status)?.[1]?.split('\t').length ?? 1;
      return [{ pid: Number(name), parent: Number(parent), depth }];
    });
}

/** Descendants of a process that live in process namespaces of their own, that is, behind walls. */
export function walledIn(ancestor: number): number[] {
  const all = processes();
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  const own = all.find(({ pid }) => pid === process.pid)?.depth ?? 1;
  return all.filter(({ pid, depth }) => depth > own && descends(pid)).map(({ pid }) => pid);
}

/** Every hit in the memory of processes. Only the host's root may read that of others. */
export function sweepMemory(
  pids: readonly number[],
  texts: readonly string[],
): { hits: Hit[]; bytes: number } {
  const find = finder(texts, plainForms);
  const hits: Hit[] = [];
  let read = 0;
  for (const pid of pids) {
    for (const [from, to] of regionsOf(pid).flatMap((region) => presentIn(pid, region))) {
      const bytes = readAt(`/proc/${pid}/mem`, from, to - from);
      read += bytes.length;
      const text = find(bytes);
      if (text !== undefined) hits.push({ where: `memory of process ${pid}`, text });
    }
  }
  return { hits, bytes: read };
}

type Region = readonly [from: number, to: number];

/** Address ranges that hold something of the process's own. */
function regionsOf(pid: number): Region[] {
  return textOf(`/proc/${pid}/maps`)
    .split('\n')
    .flatMap((line) => {
      const [, from = '', to = '', mode = '', rest = ''] =
        /^(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      // Programs and libraries are the same for everybody.
      const shared = !mode.includes('w') && rest.startsWith('/');
      if (!mode.startsWith('r') || shared || rest.startsWith('[v')) return [];
      return [[Number.parseInt(from, 16), Number.parseInt(to, 16)] as const];
    });
}

const page = 4096;
/** Most that is read at once. */
const mostPages = 1 << 14;

/** The parts of a range that are there: most of what a process reserves it never touches. */
function presentIn(pid: number, [from, to]: Region): Region[] {
  const map = readAt(`/proc/${pid}/pagemap`, (from / page) * 8, ((to - from) / page) * 8);
  const parts: [number, number][] = [];
  for (let at = 0; at < map.length / 8; at++) {
    // The two highest bits: in memory, or swapped out.
    if ((map[at * 8 + 7]! & 0xc0) === 0) continue;
    const start = from + at * page;
    const last = parts.at(-1);
    if (last?.[1] === start && start - last[0] < mostPages * page) last[1] = start + page;
    else parts.push([start, start + page]);
  }
  return parts;
}

/** Bytes of a file from a place on; none where it cannot be read, because the process ended or moved its memory. */
function readAt(file: string, position: number, length: number): Buffer {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

/** A text, or nothing of a process that ended while we looked. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
