import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { findNode } from '../sandbox/machine';
import { programsFolder } from '../sandbox/mounts';
import { FactoryError, messageOf } from '../shared/errors';
import { plainTwinName } from '../shared/twinNames';
import { connectControl } from './controlClient';
import { twinLineSchema, type TwinConfig, type TwinLine } from './protocol';
import type { Pod, PodProcess } from '../sandbox/types';
import type { TwinHandle, TwinSetup } from './types';

/** Where the twin sees the folder of its control socket. */
const controlInside = '/control';
const socketName = 'twin';
/** Path of the program below the folder of programs. */
export const twinProgram = ['twin', 'twin.mjs'] as const;
/** Bytes of a unix socket's address, less one for its end. */
const maxSocketPath = 107;
const patienceMs = 10_000;
/** Lines that are no message are kept to explain a failure, the last few only. */
const keptLines = 20;

function parseLine(line: string): TwinLine | null {
  if (!line.startsWith('{')) return null;
  try {
    return z.safeParse(twinLineSchema, JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** A twin and what else its program does for the pod. */
export interface TwinStart
  extends TwinSetup, Pick<TwinConfig, 'control' | 'redirect' | 'endsWithInput' | 'rateLimits'> {
  /** Port of the service; a free one when left out. */
  port?: number;
  onRefused?: ((host: string) => void) | undefined;
}

/** Sorts the program's output: values once, calls to `onCall`, and the rest kept to explain a failure. */
function createLineReader({ name, onCall, onRefused }: TwinStart) {
  const noise: string[] = [];
  let resolve: (values: Record<string, string>) => void;
  let reject: (error: FactoryError) => void;
  const ready = new Promise<Record<string, string>>((...settle) => ([resolve, reject] = settle));
  return {
    ready,
    read(line: string): void {
      const message = parseLine(line);
      if (message === null) noise.splice(0, noise.length, ...[...noise, line].slice(-keptLines));
      else if ('ready' in message) resolve(message.ready);
      else if ('call' in message) onCall?.(message.call);
      else if ('refused' in message) onRefused?.(message.refused);
      else {
        const { code, message: reason, hint } = message.failure;
        reject(new FactoryError(code, reason, { hint }));
      }
    },
    /** The program is not ready and will not be; does nothing when it was. */
    fail(reason: string): void {
      const said = noise.length > 0 ? `: ${noise.join(' ')}` : '';
      reject(
        new FactoryError('environment', `The ${name} twin did not start: ${reason}${said}.`, {
          hint: '`dark-factory doctor` checks the sandbox; `dark-factory twin` starts the same twin without one.',
        }),
      );
    },
  };
}

async function controlFolder(name: string, socketDir: string): Promise<string> {
  const folder = await mkdtemp(path.join(socketDir, `${name}-`));
  if (Buffer.byteLength(path.join(folder, socketName)) <= maxSocketPath) return folder;
  await rm(folder, { recursive: true });
  throw new FactoryError('environment', `The folder for control sockets has too long a path: ${socketDir}.`, {
    hint: 'Set TMPDIR to a folder with a shorter path.',
  });
}

/** Where a twin's program runs, and how the folder of its control socket is called there. */
export interface TwinPlace {
  controlFolder(folder: string): string;
  /** Starts the program. `folder` is that of the control socket, on the host. */
  launch(folder: string, stdin: string, onLine: (line: string) => void): Promise<PodProcess>;
}

/** A twin in a sandbox of its own in a pod, where only it and the host see its control socket. */
function inPod(pod: Pod): TwinPlace {
  return {
    controlFolder: () => controlInside,
    launch: async (folder, stdin, onLine) =>
      pod.spawn({
        argv: [(await findNode()).inside, path.posix.join(programsFolder, ...twinProgram)],
        cwd: '/',
        env: {},
        isolated: true,
        mounts: [{ host: folder, inside: controlInside, writable: true }],
        stdin,
        onLine,
      }),
  };
}

/**
 * Starts a twin inside a pod: its service on a port of the pod's 127.0.0.1, its control socket in a folder below
 * `socketDir` that only the host and the twin see. `values` are those of the catalogue.
 * Throws `bad-input` for an unknown name, seed or fault, `environment` when the twin does not start.
 */
export function startTwin(pod: Pod, setup: TwinStart, socketDir: string): Promise<TwinHandle> {
  return startTwinAt(inPod(pod), setup, socketDir);
}

/** The same at another place. */
export async function startTwinAt(
  place: TwinPlace,
  setup: TwinStart,
  socketDir: string,
): Promise<TwinHandle> {
  const {
    name: declared,
    document,
    port = 0,
    seed,
    faults,
    control,
    redirect,
    endsWithInput,
    rateLimits,
  } = setup;
  const name = plainTwinName(declared);
  const folder = await controlFolder(name, socketDir);
  const lines = createLineReader(setup);
  const socket = path.posix.join(place.controlFolder(folder), socketName);
  const config: TwinConfig = {
    name: declared,
    port,
    document: document?.text,
    seed,
    faults,
    socket,
    control,
    redirect,
    endsWithInput,
    rateLimits,
  };
  const started = place.launch(folder, `${JSON.stringify(config)}\n`, (line) => lines.read(line));
  const stop = async (): Promise<void> => {
    await (await started).stop();
    await rm(folder, { recursive: true, force: true });
  };
  const patience = setTimeout(() => lines.fail(`it was not ready after ${patienceMs / 1000} s`), patienceMs);
  try {
    const { exited } = await started;
    exited.then(
      (exit) => lines.fail(`it ended with ${exit ?? 'a signal'}`),
      (error: unknown) => lines.fail(messageOf(error)),
    );
    const values = await lines.ready;
    return { name, values, ...connectControl(name, path.join(folder, socketName)), stop };
  } catch (error) {
    await stop().catch(() => rm(folder, { recursive: true, force: true }));
    throw error;
  } finally {
    clearTimeout(patience);
  }
}
