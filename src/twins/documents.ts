import type { TwinDocument, TwinSetup } from './types';

/** What a setup needs beside the name of its twin: the document, where it is made from one. */
export function documentFor(
  name: string,
  documents: Readonly<Record<string, TwinDocument>> = {},
): Pick<TwinSetup, 'document'> {
  const document = Object.hasOwn(documents, name) ? documents[name] : undefined;
  return document ? { document } : {};
}
