import { type Budget, fullBudget, unpack } from './watchArchives';
import { bytesOf, mostInFull, partsInFull } from './watchBytes';
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
import { indexNeedles, type NeedleIndex } from './watchIndex';

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

/** What a search came to. */
export interface Looked {
  exposure: Exposure | null;
  /** Something was too large, or compressed too much, to be searched in full. */
  unread: boolean;
}

/** Finds canaries in whatever bytes or texts it is given. */
export interface CanarySearch {
  look(data: string | Uint8Array): Looked;
  /** Searches a stream chunk by chunk; compressed parts are only seen within one chunk. */
  stream(): (chunk: Uint8Array) => Looked;
}

/** Texts are searched in parts of this size, so that memory stays small and in the processor's cache. */
const partBytes = 256 * 1024;
/** Longer than any canary in any form. */
const overlapBytes = 4 * 1024;
/** Archives in archives. */
const deepest = 2;

/**
 * Prepares the search for any number of canaries. Its time depends on the data alone: each part is reduced to
 * symbols without spaces and punctuation, once as it is, once without escapes and once as base64, and each
 * reduction is passed over once, looking for all forms of all canaries together. What is too large for that is passed
 * over as it is, between its beginning and its end.
 */
export function searchFor(canaries: readonly Canary[]): CanarySearch {
  const indexed = (forms: typeof plainNeedles): NeedleIndex<Exposure> =>
    indexNeedles(
      canaries.flatMap(({ scenario, value }) =>
        forms(value).map(({ symbols, means: form }) => ({ symbols, means: { scenario, form } })),
      ),
    );
  const plain = indexed(plainNeedles);
  const base64 = indexed(base64Needles);
  const literal = indexed(literalNeedles);
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

  function lookAt(bytes: Buffer): Exposure | null {
    for (let at = 0; at < bytes.length; at += partBytes - overlapBytes) {
      const found = lookAtPart(bytes.subarray(at, at + partBytes));
      if (found) return found;
      if (at + partBytes >= bytes.length) break;
    }
    return null;
  }

  function lookInto(bytes: Buffer, depth: number, budget: Budget): Looked {
    const exposure = lookAt(bytes);
    if (exposure) return { exposure, unread: false };
    const { contents, unread } = unpack(bytes, budget);
    if (depth === deepest) return { exposure: null, unread: unread || contents.length > 0 };
    const inner = joined(contents.map((content) => lookInto(content, depth + 1, budget)));
    return { exposure: as('compressed', inner.exposure), unread: unread || inner.unread };
  }

  function look(data: string | Uint8Array): Looked {
    if (canaries.length === 0) return { exposure: null, unread: false };
    const bytes = bytesOf(data);
    const budget = fullBudget();
    const looked = joined(partsInFull(bytes).map((part) => lookInto(part, 0, budget)));
    if (bytes.length <= mostInFull) return looked;
    return { exposure: looked.exposure ?? literal(bytes, bytes.length), unread: true };
  }

  return {
    look,
    stream() {
      let before: Uint8Array = Buffer.alloc(0);
      return (chunk) => {
        const bytes = Buffer.concat([before, chunk]);
        before = bytes.subarray(-overlapBytes);
        return look(bytes);
      };
    },
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
