import type { Twin } from '../contract';
import { numberOf, setOwn, textOf, type Node } from './node';
import { typesOf } from './shape';
import type { ApiState } from './state';

const letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const length = 24;

/**
 * A new identifier of the kind the document shows: a number, a UUID, or text with the prefix of its example.
 * @param counted the collection in which numbers begin at 1; those of others go on through the whole twin
 */
export function newId(
  twin: Twin<ApiState>,
  property: Node,
  isTaken: (id: string) => boolean,
  counted?: string,
): unknown {
  for (;;) {
    const isNumber = typesOf(property).some((type) => type === 'integer' || type === 'number');
    const id = isNumber ? nextNumber(twin.state, counted) : textId(property, () => twin.random());
    if (!isTaken(String(id))) return id;
  }
}

function nextNumber(state: ApiState, counted: string | undefined): number {
  if (counted === undefined) return (state.last += 1);
  const next = (Object.hasOwn(state.counts, counted) ? state.counts[counted]! : 0) + 1;
  setOwn(state.counts, counted, next);
  return next;
}

function textId(property: Node, random: () => number): string {
  const pick = (from: string, count: number) =>
    Array.from({ length: count }, () => from[Math.floor(random() * from.length)]).join('');
  if (textOf(property, 'format') === 'uuid') {
    const hex = pick('0123456789abcdef', 30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
  const example = textOf(property, 'example') ?? '';
  const prefix = /^[a-zA-Z]{1,12}[_-]/.exec(example)?.[0] ?? '';
  return `${prefix}${pick(letters, length)}`.slice(0, Math.max(numberOf(property, 'maxLength') ?? 255, 1));
}
