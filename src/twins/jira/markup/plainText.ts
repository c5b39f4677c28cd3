import { isRecord } from '../../../shared/records';

/** The words of documents, which are never changed once they are there. */
const knownTexts = new WeakMap<object, string>();

/** The words of an Atlassian Document. */
export function plainText(doc: object): string {
  const known = knownTexts.get(doc);
  if (known !== undefined) return known;
  const text = textIn(doc);
  knownTexts.set(doc, text);
  return text;
}

function textIn(node: unknown): string {
  if (!isRecord(node)) return '';
  const { text, content, attrs } = node;
  if (typeof text === 'string') return text;
  const own = isRecord(attrs) && typeof attrs['text'] === 'string' ? attrs['text'] : '';
  const inside = Array.isArray(content) ? content.map(textIn).join(' ') : '';
  return own + inside;
}
