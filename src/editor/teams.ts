import os from 'node:os';
import { knownGiven } from '../factory/holdouts';
import { receiveFrom, type ReceivedFolder, shareInto } from '../factory/teamFolder';
import type { FactoryHost } from '../factory/types';
import { settleWorkspace } from '../factory/workspace';
import { keysOf, memberNamed } from '../holdouts/identity';
import { cardOf, fingerprintOf, type Member, parseCard } from '../holdouts/member';
import { openTeam, type Team } from '../holdouts/team';
import { openVault } from '../holdouts/vault';
import type { ChangeKey, NewPassphrase } from './vaults';

/** A member as people see one. */
export interface KnownMember extends Member {
  fingerprint: string;
}

/** What the editor does with the vaults of folders that a team shares. */
export interface Teams {
  members(folder: string): Promise<KnownMember[]>;
  /** Reads a card; nobody is a member by that. @throws FactoryError 'bad-input' when it is none */
  read(card: string): KnownMember;
  /** The card that goes with an identity, under the name this machine knows the person by. */
  card(identity: string): Promise<string>;
  /** Makes somebody a member; a person must have said so. */
  admit(folder: string, card: string): Promise<void>;
  /** @returns how many scenarios were retired */
  dismiss(
    folder: string,
    member: Member,
    next: { keep: boolean; change: ChangeKey; passphrase: NewPassphrase },
  ): Promise<number>;
  /** @returns the file that was written */
  share(folder: string, identity: string, to: string): Promise<string>;
  receive(folder: string, identity: string, from: string): Promise<ReceivedFolder>;
}

export function openTeams(host: () => FactoryHost): Teams {
  const placeOf = async (folder: string, purpose: string) => {
    const here = host();
    const { vaultDir: dir, id: workspaceId } = await settleWorkspace(here, folder);
    const key = await here.vaultKey(workspaceId, here.store);
    const anchor = here.vaultAnchor(workspaceId, here.store);
    return { dir, workspaceId, key, purpose, anchor, known: knownGiven(here.store, workspaceId) };
  };
  const open = async (folder: string, purpose: string): Promise<Team> =>
    openTeam(await placeOf(folder, purpose));
  const known = (member: Member): KnownMember => ({ ...member, fingerprint: fingerprintOf(member) });

  return {
    members: async (folder) => (await open(folder, 'listing')).members().map(known),
    read: (card) => known(parseCard(card)),
    async card(identity) {
      const name = os
        .userInfo()
        .username.replace(/[^\w.@-]/g, '-')
        .slice(0, 64);
      return cardOf(memberNamed(name, await keysOf(identity)));
    },
    admit: async (folder, card) => (await open(folder, 'admitting a member')).admit(parseCard(card)),
    async dismiss(folder, member, { keep, change, passphrase: { always, ask } }) {
      const place = await placeOf(folder, 'dismissing a member');
      const hasPassphrase = (await openVault(place)).hasPassphrase();
      const passphrase = always || hasPassphrase ? await ask() : undefined;
      const team = await openTeam(place);
      let retired = 0;
      await change(place.workspaceId, async (key) => {
        const next = { key, keep, ...(passphrase === undefined ? {} : { passphrase }) };
        retired = await team.dismiss(member, next);
      });
      return retired;
    },
    share: async (folder, identity, to) => shareInto(await open(folder, 'sharing'), identity, to, folder),
    receive: async (folder, identity, from) =>
      receiveFrom(await open(folder, 'receiving'), identity, from, folder),
  };
}
