import { type Document, Scalar, isScalar, visit } from 'yaml';

/**
 * A plain YAML scalar that YAML would turn into a number, a truth value or null. The schema decides by what
 * it expects: a text stays as it was written (`1.10`), anything else is the value.
 */
class Written {
  constructor(
    readonly source: string,
    readonly value: unknown,
  ) {}
}

/** The document as JavaScript values with `Written` in place of guessed scalars; keys are always texts. */
export function toWritten(document: Document): unknown {
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value === 'string') return;
      const source = node.source ?? '';
      node.value = key === 'key' ? source : new Written(source, node.value);
    },
    Pair(_, pair) {
      if (!isScalar(pair.key)) pair.key = new Scalar('');
    },
  });
  return document.toJS({ maxAliasCount: 100 });
}

/** The text as it was written; null is no text. */
export function asText(input: unknown): unknown {
  return input instanceof Written && input.value !== null ? input.source : input;
}

/** The value YAML's core schema gives. */
export function asValue(input: unknown): unknown {
  return input instanceof Written ? input.value : input;
}

/** A JSON value with every scalar as YAML's core schema gives it. */
export function asJson(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(asJson);
  if (input instanceof Written) return input.value;
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, asJson(value)]));
}
