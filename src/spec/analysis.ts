import type { Spec } from '../shared/spec';
import { readDocument, type SpecDocument } from './document';
import { readFrontMatter, type FrontMatter } from './frontMatter';
import { findRequirements, type FoundRequirement } from './requirements';

/** Everything rules may look at: the text with its places, beside the plain data of `Spec`. */
export interface Analysis {
  document: SpecDocument;
  frontMatter: FrontMatter;
  requirements: FoundRequirement[];
}

const known = new WeakMap<Spec, Analysis>();

export function analyse(text: string, path: string): Analysis {
  const document = readDocument(text);
  return { document, frontMatter: readFrontMatter(document, path), requirements: findRequirements(document) };
}

/** Keeps the analysis a spec was made from, so that linting it does not read the text again. */
export function remember(spec: Spec, analysis: Analysis): void {
  known.set(spec, analysis);
}

export function analysisOf(spec: Spec): Analysis {
  const analysis = known.get(spec) ?? analyse(spec.text, spec.path);
  known.set(spec, analysis);
  return analysis;
}
