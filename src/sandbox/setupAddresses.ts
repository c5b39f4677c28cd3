import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that are nobody's on the internet: this machine, its network and what clouds keep there. */
const inner = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(network, bits, 'ipv6');

/** A name led into the machine's own network. */
export class InnerAddress extends Error {}

/** True for an address of this machine or its network. */
export function isInner(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && inner.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Looks a name up for a connection and refuses it when it leads into this machine's network: the address that was
 * looked at is the one that is connected to. Addresses themselves are never looked up; see {@link isInner}.
 */
export const publicLookup: LookupFunction = (name, options, callback) => {
  lookup(name, options, (error, found: string | LookupAddress[], family: number) => {
    const addresses = error ? [] : Array.isArray(found) ? found.map(({ address }) => address) : [found];
    const bad = addresses.find(isInner);
    if (bad === undefined) callback(error, found, family);
    else callback(new InnerAddress(`${name} leads to ${bad}, into this machine's own network`), '', 0);
  });
};
