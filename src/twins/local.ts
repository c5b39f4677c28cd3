import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../sandbox/temporary';
import type { PodProcess } from '../sandbox/types';
import { startTwinAt, twinProgram, type TwinPlace } from './start';
import type { TwinHandle, TwinSetup } from './types';

/** Milliseconds a twin gets to end by itself. */
const graceMs = 2000;

/** A twin in a process of its own on this machine, for people who try one: nothing that fails in it fails here. */
function onThisMachine(programs: string): TwinPlace {
  return {
    controlFolder: (folder) => folder,
    async launch(_folder, stdin, onLine): Promise<PodProcess> {
      const child = spawn(process.execPath, [path.join(programs, ...twinProgram)], {
        // VS Code's own executable is a Node with this variable.
        env: { ELECTRON_RUN_AS_NODE: '1' },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      await once(child, 'spawn');
      for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLine);
      const exited = once(child, 'exit').then(([code]) => code as number | null);
      // A program that ends early says why by how it ended.
      child.stdin.on('error', () => undefined);
      // It stays open: when this process ends, however it does, so does the twin.
      child.stdin.write(stdin);
      return {
        exited,
        async stop() {
          child.kill();
          const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
          await exited;
          clearTimeout(late);
        },
      };
    },
  };
}

/**
 * Starts a twin on a free port of 127.0.0.1. Its `values` have, beside those of the catalogue, `control`: the URL below
 * which it is controlled, which nobody can guess.
 * @param programs folder of the bundled programs
 * @throws FactoryError as `startTwin` does
 */
export async function startLocalTwin(
  programs: string,
  setup: TwinSetup & { port?: number; rateLimits?: boolean },
): Promise<TwinHandle> {
  const sockets = temporaryFolder();
  const control = { port: 0, secret: randomBytes(16).toString('hex') };
  try {
    const twin = await startTwinAt(
      onThisMachine(programs),
      { ...setup, control, endsWithInput: true },
      sockets,
    );
    return {
      ...twin,
      async stop() {
        await twin.stop();
        await rm(sockets, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(sockets, { recursive: true, force: true });
    throw error;
  }
}
