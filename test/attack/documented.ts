import type { AttackDoc } from './attack';

/** What is known and not prevented, or not yet, with what helps meanwhile. */
export interface Documented {
  id: string;
  rule: AttackDoc['rule'];
  /** What an attacker can do, as the end of "An attacker …". */
  can: string;
  /** What limits the damage, or what a person can do. */
  meanwhile: string;
}

export const documented: readonly Documented[] = [
  {
    id: 'hostile-extension',
    rule: 18,
    can: 'reads what the extension host holds, from another extension that the person installed',
    meanwhile:
      'Extensions of one host are not kept apart by VS Code; run on the command line where that matters.',
  },
  {
    id: 'malware-of-the-person',
    rule: 'files',
    can: 'reads the store and the memory of the factory, running as the same user outside of the sandbox',
    meanwhile:
      'Nothing that runs as a user is kept from that user’s files; the vault stays encrypted at rest.',
  },
  {
    id: 'trusted-folder-git',
    rule: 8,
    can: 'runs a program through the git configuration of a folder that was handed over with its `.git`, by VS Code’s own git',
    meanwhile:
      'The factory’s git never does; trust a folder in VS Code only when you would run its programs.',
  },
  {
    id: 'names-of-folders',
    rule: 14,
    can: 'learns the names of folders on the host from the list of its mounts',
    meanwhile: 'Names only: nothing that is not mounted can be opened by them.',
  },
  {
    id: 'timing',
    rule: 6,
    can: 'tells a later round a few bits through what the machine shows of itself: load, counters, free space, duration',
    meanwhile:
      'System calls that read the page cache are refused; what is left is slow, and no pod of an agent lives while judging.',
  },
  {
    id: 'judged-or-not',
    rule: 29,
    can: 'behaves differently when it is judged, by the clock or by paths that differ between building and judging',
    meanwhile:
      'Before a result is accepted, three scenarios are judged again under another host name, other paths, another port and other file times.',
  },
  {
    id: 'weakened-tests',
    rule: 'tests',
    can: 'weakens visible tests so that they pass',
    meanwhile: 'Hidden scenarios decide; the report prints how far visible and hidden checks are apart.',
  },
  {
    id: 'active-files',
    rule: 8,
    can: 'delivers files that tools of a person run: package scripts, configurations of linters and tests',
    meanwhile: 'They are listed in the report, and merging asks for a yes to them by name.',
  },
  {
    id: 'persuasion',
    rule: 12,
    can: 'talks the model of a `judge` step into a yes to its statement and into a no to the opposite',
    meanwhile:
      'Output is data between marks that nobody can know, and a model never decides alone: an exact check stands beside it.',
  },
  {
    id: 'paraphrase',
    rule: 24,
    can: 'passes on what a scenario says in other words, where it learnt it from the verdicts alone',
    meanwhile:
      'Verdicts are told bit by bit and every bit is paid for; the report prints the chance that this was enough.',
  },
];
