/** A random value of a hidden scenario; wherever else it turns up, the scenario has leaked. */
export interface Canary {
  /** Opaque id of the scenario. */
  scenario: string;
  value: string;
}

export type CanaryForm = 'exact' | 'folded' | 'base64' | 'hex' | 'url';

export interface Exposure {
  scenario: string;
  form: CanaryForm;
  /** Offset in the searched text, or in its decoded or folded form. */
  offset: number;
}

/** Finds canaries in a text as they are, folded, or encoded; at most one finding a canary. */
export function findCanaries(text: string, canaries: readonly Canary[]): Exposure[] {
  const folded = fold(text);
  const decoded = fold(decodeUrl(text));
  const hex = folded.replace(/[^0-9a-f]/g, '');
  const base64 = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  return canaries.flatMap(({ scenario, value }): Exposure[] => {
    const plain = fold(value);
    const searches: [CanaryForm, string, readonly string[]][] = [
      ['exact', text, [value]],
      ['folded', folded, [plain]],
      ['url', decoded, [plain]],
      ['hex', hex, [Buffer.from(value).toString('hex'), Buffer.from(plain).toString('hex')]],
      ['base64', base64, base64Forms(value)],
    ];
    for (const [form, place, needles] of searches) {
      const offset = Math.max(...needles.map((needle) => place.indexOf(needle)));
      if (offset >= 0) return [{ scenario, form, offset }];
    }
    return [];
  });
}

/** Letter case, compatibility forms, and spacing that a reformatter may change. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
}

/** Percent escapes of single bytes and JSON's `\uXXXX`; what is none stays. */
function decodeUrl(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
}

/** The part of the encoding that is the same whatever stands around, at each of the three alignments. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    return bytes.toString('base64').slice(first, last);
  });
}
