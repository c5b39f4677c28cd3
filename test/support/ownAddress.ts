import os from 'node:os';

/** An IPv4 address of this machine that is not loopback, where it has one. */
export function ownAddress(): string | undefined {
  const all = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
