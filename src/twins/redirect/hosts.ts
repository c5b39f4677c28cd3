/** Where the real host names of services lead: a name, or `*.` and the end of names, and a port of this loopback. */
export type HostMap = readonly (readonly [pattern: string, port: number])[];

/** Variable that hands a host map to the preload: `slack.com=8001,*.slack.com=8001`. */
export const hostsVariable = 'DARK_FACTORY_HOSTS';

export function writeHosts(hosts: HostMap): string {
  return hosts.map(([pattern, port]) => `${pattern}=${port}`).join(',');
}

/** What is not understood leads nowhere. */
export function readHosts(text: string): HostMap {
  return text.split(',').flatMap((part): [string, number][] => {
    const [pattern = '', port = ''] = part.split('=');
    return pattern !== '' && /^\d+$/.test(port) ? [[pattern.toLowerCase(), Number(port)]] : [];
  });
}

/** The port that this host name leads to; whole names come before ends of names. */
export function portOf(hosts: HostMap, host: string): number | undefined {
  const name = host.toLowerCase().replace(/\.$/, '');
  const exact = hosts.find(([pattern]) => pattern === name);
  const ending = hosts.find(([pattern]) => pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
  return (exact ?? ending)?.[1];
}
