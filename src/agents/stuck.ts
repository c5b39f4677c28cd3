/** How often a pattern of rounds must repeat before it counts as going in circles. */
const repeats = 4;
const longestPattern = 3;

/**
 * True when the latest rounds are one pattern of up to three rounds over and over. A round's signature is its
 * calls and their results, so that polling something that changes is not mistaken for it.
 */
export function isStuck(signatures: readonly string[]): boolean {
  for (let period = 1; period <= longestPattern; period++) {
    const window = signatures.slice(-period * repeats);
    if (window.length === period * repeats && window.every((one, i) => one === window[i % period]))
      return true;
  }
  return false;
}
