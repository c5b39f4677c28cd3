import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { knownGiven } from '../factory/holdouts';
import { receivedSentence, receiveFrom, shareInto } from '../factory/teamFolder';
import { newIdentity } from '../holdouts/age';
import { keysOf, memberNamed } from '../holdouts/identity';
import { cardOf, fingerprintOf, type Member, parseCard } from '../holdouts/member';
import { openTeam, type Team } from '../holdouts/team';
import { openVault } from '../holdouts/vault';
import { FactoryError } from '../shared/errors';
import { visible } from '../shared/visible';
import { confirmTyped } from './ask';
import { readIdentity } from './key';
import { storeOf, type Words } from './options';
import { askNewPassphrase, existingVault, showKey, vaultToFill, workspaceOf } from './vaultPlace';

/** `holdouts identity NAME`: makes one; who reads the terminal is who may have it. */
export async function makeIdentity(_words: Words, [name = '']: string[]): Promise<number> {
  const identity = await newIdentity();
  const card = cardOf(memberNamed(name, await keysOf(identity)));
  process.stderr.write(
    `Your identity, shown once; keep it in a file outside of every project, for --identity:\n${identity}\nYour card, for the others:\n`,
  );
  process.stdout.write(`${card}\n`);
  return 0;
}

/** `holdouts members`: who opens the vault and takes part in it. */
export async function listMembers(words: Words): Promise<number> {
  for (const member of (await openExisting(words, 'listing')).members()) {
    process.stdout.write(`${member.name}  ${fingerprintOf(member)}\n`);
  }
  return 0;
}

/** `holdouts admit CARD`: only a person says who is a member. */
export async function admit(words: Words, card: string[]): Promise<number> {
  const member = parseCard(card.join(' '));
  await confirmTyped(
    `${member.name} will open the vault of ${visible(workspaceOf(words))}, read all that is shared from it and add to it. The card's fingerprint is ${fingerprintOf(member)}: compare it with them, by another way than the card came.`,
    `admit ${member.name}`,
  );
  const { isNew, ...place } = await vaultToFill(words);
  const team = await openTeam({ ...place, purpose: 'admitting a member' });
  if (isNew) showKey('The key of the new vault', place.key);
  await team.admit(member);
  process.stdout.write(`${member.name} is a member.\n`);
  return 0;
}

/** `holdouts dismiss NAME`: the vault gets a new key, and what the member could read is retired. */
export async function dismiss(words: Words, [name = '']: string[]): Promise<number> {
  const place = { ...(await existingVault(words)), purpose: 'dismissing a member' };
  const team = await openTeam(place);
  const member = memberCalled(team, name);
  const keep = words.values['keep'] === true;
  await confirmTyped(
    `${name} will open the vault no more, and it gets a new key. ${keep ? 'Its scenarios stay, although they could be read.' : 'Its scenarios could be read: they are retired, and the vault wants new ones.'}`,
    `dismiss ${name}`,
  );
  const passphrase = (await openVault(place)).hasPassphrase() ? await askNewPassphrase() : undefined;
  const key = randomBytes(32);
  // Shown first: a crash in between leaves a key that opens nothing, and never a vault without a key.
  showKey('The new key of the vault', key);
  const next = { key, keep, ...(passphrase === undefined ? {} : { passphrase }) };
  const retired = await team.dismiss(member, next);
  process.stdout.write(
    `${name} is no member any more; ${retired} scenarios were retired. Have the others dismiss ${name}, too.\n`,
  );
  return 0;
}

/** `holdouts share DIR`: writes to a folder that the members share what they alone can read. */
export async function share(words: Words, [folder = '']: string[]): Promise<number> {
  const identity = await readIdentity(words);
  const team = await openExisting(words, 'sharing');
  const file = await shareInto(team, identity, path.resolve(folder), workspaceOf(words));
  const names = team.members().map(({ name }) => name);
  process.stdout.write(`Shared with ${names.join(', ')}: ${visible(file)}\n`);
  return 0;
}

/** `holdouts receive DIR`: takes what the other members shared. @returns 1 when something was refused */
export async function receive(words: Words, [folder = '']: string[]): Promise<number> {
  const identity = await readIdentity(words);
  const team = await openExisting(words, 'receiving');
  const { taken, refused } = await receiveFrom(team, identity, path.resolve(folder), workspaceOf(words));
  for (const one of taken) process.stdout.write(`${visible(receivedSentence(one))}\n`);
  for (const { file, error } of refused) {
    process.stderr.write(`${visible(`${file}: ${error.message} ${error.hint}`)}\n`);
  }
  return refused.length > 0 ? 1 : 0;
}

async function openExisting(words: Words, purpose: string): Promise<Team> {
  const place = await existingVault(words);
  return openTeam({ ...place, purpose, known: knownGiven(storeOf(words), place.workspaceId) });
}

function memberCalled(team: Team, wanted: string): Member {
  const member = team.members().find(({ name }) => name === wanted);
  if (member) return member;
  throw new FactoryError('bad-input', `The vault has no member ${wanted}.`, {
    hint: 'List them: dark-factory holdouts members',
  });
}
