import { randomBytes } from 'node:crypto';
import { type Budget, contentsIn, fullBudget, smallBudget } from './watchArchives';
import { atOnce, bytesOf, inTurns, mostAtOnce, partsAtOnce, partsOf, type Paused } from './watchBytes';
import { withoutDisguise, withoutEscapes } from './watchDecode';
import {
  base64Needles,
  base64Symbols,
  literalNeedles,
  plainNeedles,
  plainSymbols,
  reduceTo,
} from './watchForms';
import type { CanaryForm } from './watchForms';
import { indexNeedles, type NeedlePrint, printNeedles } from './watchIndex';

/** A random value of a hidden scenario; wherever else it turns up, the scenario has leaked. */
export interface Canary {
  /** Opaque id of the scenario. */
  scenario: string;
  value: string;
}

export interface Exposure {
  scenario: string;
  form: CanaryForm;
}

/** Canaries as one who looks for them may keep them; plain data, from which they cannot be read. */
export type CanaryPrint = Record<'plain' | 'base64' | 'literal', NeedlePrint<Exposure>>;

/** What a search came to. */
export interface Looked {
  exposure: Exposure | null;
  /** Something was too large, or compressed too much, to be searched in full. */
  unread: boolean;
}

/** Finds canaries in whatever bytes or texts it is given. */
export interface CanarySearch {
  /** Searches at once, while nothing else happens: what is very large, or comes of a little, only in part. */
  look(data: string | Uint8Array): Looked;
  /** Searches what is large as well, piece by piece, while others have their turns. */
  search(data: string | Uint8Array): Promise<Looked>;
}

/** Texts are searched in parts of this size, so that memory stays small and in the processor's cache. */
const partBytes = 256 * 1024;
/** Longer than any canary in any form. */
const overlapBytes = 4 * 1024;
/** Archives in archives. */
const deepest = 2;

export function printCanaries(canaries: readonly Canary[]): CanaryPrint {
  const key = randomBytes(32).toString('base64');
  const printed = (forms: typeof plainNeedles): NeedlePrint<Exposure> =>
    printNeedles(
      key,
      canaries.flatMap(({ scenario, value }) =>
        forms(value).map(({ symbols, means: form }) => ({ symbols, means: { scenario, form } })),
      ),
    );
  return { plain: printed(plainNeedles), base64: printed(base64Needles), literal: printed(literalNeedles) };
}

/**
 * Prepares the search for any number of canaries. Its time depends on the data alone: each part is reduced to
 * symbols without spaces and punctuation, once as it is, once without escapes and once as base64, and each
 * reduction is passed over once, looking for all forms of all canaries together. What is too large for that is passed
 * over as it is, between its beginning and its end.
 */
export function searchFor(print: CanaryPrint): CanarySearch {
  const isEmpty = print.plain.needles.length === 0;
  const plain = indexNeedles(print.plain);
  const base64 = indexNeedles(print.base64);
  const literal = indexNeedles(print.literal);
  const symbols = new Uint8Array(partBytes);
  const reduced = (table: Uint8Array, bytes: Uint8Array) => reduceTo(table, bytes, symbols);

  function lookAtPart(part: Uint8Array): Exposure | null {
    const found = plain(symbols, reduced(plainSymbols, part));
    if (found) return found;
    const text = withoutEscapes(part);
    const folded = withoutDisguise(text);
    return (
      (text === part ? null : as('escaped', plain(symbols, reduced(plainSymbols, text)))) ??
      (folded && as('folded', plain(symbols, reduced(plainSymbols, folded.subarray(0, partBytes))))) ??
      base64(symbols, reduced(base64Symbols, text))
    );
  }

  function* lookInto(bytes: Buffer, depth: number, budget: Budget): Paused<Looked> {
    for (const part of partsOf(bytes, partBytes, overlapBytes)) {
      const exposure = lookAtPart(part);
      if (exposure) return { exposure, unread: false };
      yield;
    }
    let unread = false;
    for (const content of contentsIn(bytes, budget)) {
      if (content === 'pause') yield;
      else if (content === 'unread' || depth === deepest) unread = true;
      else {
        const inner = yield* lookInto(content, depth + 1, budget);
        if (inner.exposure) return { ...inner, exposure: as('compressed', inner.exposure) };
        unread ||= inner.unread;
      }
    }
    return { exposure: null, unread };
  }

  return {
    look(data) {
      if (isEmpty) return { exposure: null, unread: false };
      const bytes = bytesOf(data);
      const budget = smallBudget();
      const looked = joined(partsAtOnce(bytes).map((part) => atOnce(lookInto(part, 0, budget))));
      if (bytes.length <= mostAtOnce) return looked;
      return { exposure: looked.exposure ?? literal(bytes, bytes.length), unread: true };
    },
    search: async (data) =>
      isEmpty ? { exposure: null, unread: false } : inTurns(lookInto(bytesOf(data), 0, fullBudget())),
  };
}

function joined(looked: readonly Looked[]): Looked {
  return {
    exposure: looked.find((one) => one.exposure)?.exposure ?? null,
    unread: looked.some((one) => one.unread),
  };
}

/** Says in which disguise a canary was found, where it was plain beneath it. */
function as(form: CanaryForm, found: Exposure | null): Exposure | null {
  return found && { ...found, form: found.form === 'plain' ? form : found.form };
}
