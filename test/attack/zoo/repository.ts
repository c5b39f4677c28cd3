import type { EventData } from '../../../src/shared/events';
import type { AttackDoc } from '../attack';
import type { Siege } from '../siege';
import type { Trace } from '../trace';
import { readdirSync } from 'node:fs';

/** What a folder tries by being opened and run; it is the one that `makeHostileRepository` makes. */
export interface RepositoryAttack extends AttackDoc {
  /** Why it did not fail as it must, or null. */
  judge(siege: Siege, trace: Trace): string | null;
}

const ceilings = {
  rule: 7,
  leaves: 'run.created',
  stoppedBy: 'A repository’s policy may only tighten the person’s own limits.',
} as const;
const imports = {
  rule: 17,
  leaves: 'run.sealed',
  stoppedBy: 'CLAUDE.md is text of the sealed snapshot; nothing it names is read.',
} as const;
const hostGit = {
  rule: 8,
  leaves: 'run.sealed',
  stoppedBy: 'Host git runs without hooks, file-system monitors, filters and the configuration of others.',
} as const;

function created(trace: Trace): EventData['run.created'] {
  const event = trace.events.find(({ type }) => type === 'run.created');
  if (event?.type !== 'run.created') throw new Error('The record does not begin.');
  return event.data;
}

const limitAttack = (
  id: string,
  tries: string,
  name: 'usd' | 'minutes' | 'bits',
  most: number,
): RepositoryAttack => ({
  ...ceilings,
  id,
  tries,
  judge: (_, trace) => {
    const limit = created(trace).limits[name];
    return limit <= most ? null : `the limit is ${limit}`;
  },
});

const noMark = (name: string) => (siege: Siege) =>
  readdirSync(siege.bait.target.marks).includes(name) ? `${name} was left on the host` : null;

export const repositoryAttacks: readonly RepositoryAttack[] = [
  limitAttack('policy-usd', 'raises the budget to 10 000 dollars in its policy', 'usd', 10),
  limitAttack('policy-minutes', 'raises the time to 100 000 minutes in its policy', 'minutes', 60),
  limitAttack('policy-bits', 'raises the bits of feedback to 1000 in its policy', 'bits', 20),
  {
    ...ceilings,
    id: 'policy-sealed',
    leaves: 'validate.started',
    tries: 'leaves no scenario sealed, so that feedback tells of all',
    judge: ({ scenarios }, { events }) => {
      const asked = events.flatMap((event) => (event.type === 'validate.started' ? [event.data] : []));
      const fed = asked.find(({ half }) => half === 'feedback')?.scenarios ?? 0;
      return fed > 0 && fed < scenarios ? null : `feedback is given on ${fed} of ${scenarios}`;
    },
  },
  {
    ...ceilings,
    id: 'other-endpoint',
    leaves: 'chat.finished',
    stoppedBy: 'Endpoints are settings of the machine; files and variables of a workspace are not read.',
    tries: 'names another endpoint for the model and for traces in .vscode, .env and .npmrc',
    judge: (siege) => (siege.bait.contacts() === 0 ? null : 'its own service was called'),
  },
  {
    ...imports,
    id: 'import-credentials',
    tries: 'imports credentials and other files of the person into every prompt from CLAUDE.md',
    judge: ({ model, bait }) => {
      const systems = model.requests.map(({ body }) => JSON.stringify(body.system));
      if (!systems.every((text) => text.includes('@~/.aws/credentials')))
        return 'CLAUDE.md was not in every prompt';
      return systems.some((text) => text.includes(`${bait.secret}-`)) ? 'a secret was in a prompt' : null;
    },
  },
  {
    ...hostGit,
    id: 'person-fsmonitor',
    tries: 'sets a file-system monitor in its git configuration',
    judge: noMark('person-fsmonitor'),
  },
  { ...hostGit, id: 'person-hooks', tries: 'brings git hooks along', judge: noMark('person-hook') },
  {
    ...hostGit,
    id: 'person-filters',
    tries: 'names filter programs in .gitattributes and its git configuration',
    judge: (siege) =>
      noMark('person-clean')(siege) ?? noMark('person-smudge')(siege) ?? noMark('person-textconv')(siege),
  },
  {
    ...hostGit,
    id: 'install-scripts',
    rule: 5,
    stoppedBy: 'Commands of the spec run in the sandbox; nothing of a repository runs on the host.',
    tries: 'brings an install script along in package.json',
    judge: noMark('postinstall'),
  },
];
