import { type CanaryPrint, printCanaries } from './exposure';
import { textsOf } from './suiteFiles';
import type { Vault } from './vault';
import { type PhrasePrint, printPhrases } from './watchPhrases';

/** What the watch over a run keeps of hidden scenarios: it finds them by it, and nobody can read them from it. */
export interface Prints {
  canaries: CanaryPrint;
  phrases: PhrasePrint;
}

/** Decrypts all scenarios of a vault, and forgets them. */
export async function printsOf(vault: Vault): Promise<Prints> {
  const texts = (await vault.texts()).map(({ id, text, suite }) => ({
    ...{ scenario: id, text },
    ...(suite ? { suite: textsOf(suite.files) } : {}),
  }));
  return { canaries: printCanaries(await vault.canaries()), phrases: printPhrases(texts) };
}
