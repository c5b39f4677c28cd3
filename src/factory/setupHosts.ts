import { FactoryError } from '../shared/errors';

/** What a run's setup may reach and do, as the policy says and the person allows. Hosts are origins. */
export interface NetworkPolicy {
  /** `detected`: the registries that the sealed project names. */
  registries: 'detected' | 'none';
  /** Beside those. */
  allow: string[];
  /** Hosts the person named; only these may lie on this machine or in its network. */
  named: string[];
  /** Packages may run scripts of their own while they are installed. */
  scripts: boolean;
}

export const noNetwork: NetworkPolicy = { registries: 'detected', allow: [], named: [], scripts: false };

/** A host, or the address of a server at one; nothing of a path. */
const hostPattern = /^(https?:\/\/)?([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:\d{1,5})?\/?$/i;

/** The origin a host stands for: by TLS unless it says otherwise. Undefined for anything else than a host. */
export function originOf(host: string): string | undefined {
  if (!hostPattern.test(host)) return undefined;
  return URL.parse(/^https?:/i.test(host) ? host : `https://${host}`)?.origin;
}

/** What a policy file says, over the default. */
export function readNetwork(
  said: {
    registries?: 'detected' | 'none' | undefined;
    allow?: string[] | undefined;
    scripts?: boolean | undefined;
  } = {},
): NetworkPolicy {
  const { registries = 'detected', allow = [], scripts = false } = said;
  return { registries, allow: origins(allow), named: [], scripts };
}

/** What holds for a policy that the person gave: all it says. */
export const personsOwn = { network: 'any', scripts: true } as const;

/**
 * The network of a run within the ceilings of its person.
 * @throws FactoryError 'bad-input' naming the first host that the policy wants and the person did not allow.
 */
export function sealNetwork(
  network: NetworkPolicy,
  user: { network: readonly string[] | 'any'; scripts: boolean },
  file: string,
): NetworkPolicy {
  const named = user.network === 'any' ? network.allow : origins(user.network);
  const stranger = network.allow.find((origin) => !named.includes(origin));
  if (stranger === undefined) return { ...network, named, scripts: network.scripts && user.scripts };
  throw new FactoryError(
    'bad-input',
    `${file}: \`network.allow\` names ${hostOf(stranger)}, which you have not allowed.`,
    {
      hint: `Add "${hostOf(stranger)}" to the setting darkFactory.limits.network, or give a policy of your own with --policy.`,
    },
  );
}

/** How people write an origin. */
export function hostOf(origin: string): string {
  return origin.replace(/^https:\/\//, '');
}

function origins(hosts: readonly string[]): string[] {
  return hosts.flatMap((host) => originOf(host) ?? []);
}
