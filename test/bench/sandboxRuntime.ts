import { spawn } from 'node:child_process';
import { once } from 'node:events';

const name = '@anthropic-ai/sandbox-runtime';

/** A command behind the walls of the sandbox that others use, to compare ours with. */
export interface RuntimeCommand {
  name: string;
  command(this: void): Promise<void>;
  end(this: void): Promise<void>;
}

/** Nothing where it cannot run, and then says why. @param writable the only folder its commands may write */
export async function runtimeCommand(writable: string): Promise<RuntimeCommand | undefined> {
  // It is a module that finds its own programs beside itself, and so stays out of the bundle.
  const { SandboxManager: manager } = await import('@anthropic-ai/sandbox-runtime');
  const { errors } = manager.checkDependencies();
  if (!manager.isSupportedPlatform() || errors.length > 0) {
    const why = errors.length > 0 ? errors.join('; ') : `it does not run on ${process.platform}`;
    console.error(`${name} is not measured: ${why}.`);
    return undefined;
  }
  await manager.initialize({
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: { denyRead: [], allowWrite: [writable], denyWrite: [] },
  });
  return {
    name,
    async command() {
      const line = await manager.wrapWithSandbox('/usr/bin/true');
      const child = spawn('/bin/sh', ['-c', line], { cwd: writable, stdio: ['ignore', 'ignore', 'pipe'] });
      child.stderr.resume();
      const [exit] = (await once(child, 'close')) as [number | null];
      manager.cleanupAfterCommand();
      if (exit !== 0) throw new Error(`A command in ${name} ended with ${exit}.`);
    },
    end: () => manager.reset(),
  };
}
