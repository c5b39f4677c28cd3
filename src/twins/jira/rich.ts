import type { Call } from './call';
import type { Doc } from './issueState';
import { isDocument } from './markup/document';
import { fromWiki } from './markup/fromWiki';
import { plainText } from './markup/plainText';
import { toWiki } from './markup/toWiki';

const notADocument = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';

/** Characters of a rich text, as wiki markup. */
const maxText = 32_767;

export const tooLong = (limit: number): string =>
  `The entered text is too long. It exceeds the allowed limit of ${limit.toLocaleString('en-US')} characters.`;

/** @param wrong words for what is no rich text at all; those of fields when left out */
function readDocument(value: unknown, wrong = notADocument): Doc | string {
  if (!isDocument(value)) return wrong;
  // Markup is longer than its text, and takes longer to write.
  const isLong = plainText(value).length > maxText || toWiki(value).length > maxText;
  return isLong ? 'CONTENT_LIMIT_EXCEEDED' : value;
}

/** Rich text as this version of the interface takes it, or the words of the refusal. @param wrong as above */
export function readRich({ version }: Pick<Call, 'version'>, value: unknown, wrong?: string): Doc | string {
  if (version === 3) return readDocument(value, wrong);
  if (typeof value !== 'string') return wrong ?? 'Operation value must be a string';
  return value.length > maxText ? tooLong(maxText) : fromWiki(value);
}

/** Rich text as this version of the interface gives it. */
export function writeRich({ version }: Pick<Call, 'version'>, doc: Doc): Doc | string {
  return version === 3 ? doc : toWiki(doc);
}
