import type { Call } from './call';
import type { Doc } from './issueState';
import { isDocument } from './markup/document';
import { fromWiki } from './markup/fromWiki';
import { toWiki } from './markup/toWiki';

const notADocument = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';

/** Rich text as this version of the interface takes it, or the words of the refusal. */
export function readRich({ version }: Pick<Call, 'version'>, value: unknown): Doc | string {
  if (version === 3) return isDocument(value) ? value : notADocument;
  return typeof value === 'string' ? fromWiki(value) : 'Operation value must be a string';
}

/** Rich text as this version of the interface gives it. */
export function writeRich({ version }: Pick<Call, 'version'>, doc: Doc): Doc | string {
  return version === 3 ? doc : toWiki(doc);
}
