/** Different targets that are told of for one pod. */
const mostTold = 50;

/** What programs of one pod looked for outside of it. */
export interface NetworkWatch {
  /** A name was asked for. */
  lookup(this: void, name: string): void;
  /** So many attempts to reach addresses were counted since the pod was opened. */
  count(attempts: number): void;
}

/**
 * Tells of each name once, and of addresses, which the kernel only counts, whenever there are more.
 * @param tell called with what was looked for, in words; at most {@link mostTold} times
 */
export function watchNetwork(tell: (target: string) => void): NetworkWatch {
  const told = new Set<string>();
  let counted = 0;
  let left = mostTold;

  function tellOf(target: string) {
    if (left === 0) return;
    left -= 1;
    tell(left === 0 ? 'more hosts than are listed' : target);
  }

  return {
    lookup(name) {
      if (told.has(name) || left === 0) return;
      told.add(name);
      tellOf(name);
    },
    count(attempts) {
      const more = attempts - counted;
      if (more <= 0) return;
      counted = attempts;
      tellOf(more === 1 ? 'an address outside' : `addresses outside, ${more} times`);
    },
  };
}
