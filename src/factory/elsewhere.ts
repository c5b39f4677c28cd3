import { usualLook } from './judgingBench';

/** One answer about a scenario; `root` is where the program was. */
export interface Again {
  passed: boolean;
  root: string;
}

/** How a scenario that had passed went where everything a program could tell the judge by is another. */
export interface Elsewhere {
  scenario: string;
  went: 'same' | 'flaky' | 'other';
  /** Whether the program was in another folder as well; it stays where it was when it can only be built there. */
  moved: boolean;
}

/**
 * Asks about a scenario in other surroundings. When it fails there it is asked once more in both: a program that fails
 * now and then does so everywhere, and only one that fails in one of them can tell them apart.
 * @param ask gets the surroundings, and which time in them this is
 */
export async function compareElsewhere(
  scenario: string,
  ask: (look: 'usual' | 'other', time: 1 | 2) => Promise<Again>,
): Promise<Elsewhere> {
  const { passed, root } = await ask('other', 1);
  const outcome = (went: Elsewhere['went']) => ({ scenario, went, moved: root !== usualLook.root });
  if (passed) return outcome('same');
  if (!(await ask('usual', 2)).passed) return outcome('flaky');
  return outcome((await ask('other', 2)).passed ? 'flaky' : 'other');
}

/** Why a result is rejected, by what was looked at; undefined when it is not. */
export function whyRejected(all: readonly Elsewhere[]): string | undefined {
  const found = all.find(({ went }) => went === 'other');
  if (!found) return undefined;
  const changed = found.moved ? 'paths' : 'temporary folders';
  return `The result does not behave everywhere as it did where it was judged: ${found.scenario} passed twice, and failed twice where host name, user name, ${changed} and file dates are others.`;
}

/** What a person should know of a result that was accepted. */
export function elsewhereNotes(all: readonly Elsewhere[]): string[] {
  const flaky = all.filter(({ went }) => went === 'flaky').map(({ scenario }) => scenario);
  return [
    ...(flaky.length > 0 ? [`flaky: ${flaky.join(', ')} passed, and failed when judged again`] : []),
    ...(all.some(({ moved }) => !moved)
      ? ['not tried in a folder of another name, where its build fails']
      : []),
  ];
}
