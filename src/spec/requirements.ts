import type { ListItem, RootContent, TableRow } from 'mdast';
import type { Requirement } from '../shared/spec';
import { rangeOf, spanOf, type Section, type Span, type SpecDocument } from './document';
import { hasModality, modalityOf } from './modality';
import { isRequirementId, slugOf, writtenIdOf, type WrittenId } from './requirementId';
import { contentOf, readRequirementText, type RequirementText } from './requirementText';
import { pathBelowTitle, sectionsBelow, titleSection, topicsOf, type Topic } from './topics';

/** A requirement with its places in the text. */
export interface FoundRequirement extends Requirement {
  at: Span;
  /** The id as written; undefined for one that was derived from its heading. */
  idAt?: Span;
  /** What it says, without id, examples and code blocks. */
  statement: Span[];
}

/** Something that may be a requirement; without an id, the rest of the document decides whether it is. */
interface Candidate extends RequirementText {
  at: Span;
  topic: Topic;
  written?: { id: string; at: Span };
  /** Id that a foreign format implies, such as `R1.2` for the second criterion of Kiro's `Requirement 1`. */
  implied?: string;
  /** What a derived id is numbered under. */
  name: string;
}

/** Finds what a spec requires, in our own format, spec-kit's, Kiro's, OpenSpec's or plain lists, in the order of the text. */
export function findRequirements(document: SpecDocument): FoundRequirement[] {
  const topics = topicsOf(document.sections);
  const candidates: Candidate[] = [];
  for (let index = 0; index < document.sections.length; index++) {
    const [section, topic = 'none'] = [document.sections[index], topics[index]];
    if (!section || topic === 'none') continue;
    const below = sectionsBelow(document.sections, index);
    const whole = wholeSection(document, section, below, topic);
    if (whole) {
      candidates.push(whole);
      index += below.length;
    } else {
      const context = { document, section, topic, name: nameOf(document, section) };
      candidates.push(...section.nodes.flatMap((node) => candidatesIn(context, node)));
    }
  }
  const explicit = candidates.some((candidate) => candidate.written);
  const taken = new Set(candidates.flatMap(({ written }) => written?.id ?? []));
  return candidates
    .filter((candidate) => isRequirement(candidate, explicit))
    .map((candidate) => foundOf(document, candidate, taken));
}

function isRequirement({ written, implied, topic, text }: Candidate, explicit: boolean): boolean {
  if (written || implied) return true;
  if (topic === 'requirements') return !explicit || hasModality(text);
  return topic === 'free' && !explicit && hasModality(text);
}

function foundOf(document: SpecDocument, candidate: Candidate, taken: Set<string>): FoundRequirement {
  const { at, written, text, examples, statement } = candidate;
  const found = {
    id: written?.id ?? freeId(candidate, taken),
    modality: modalityOf(statement.map(({ start, end }) => document.prose.slice(start, end)).join('\n')),
    text,
    examples,
    range: rangeOf(document, at),
    at,
    statement,
  };
  return written ? { ...found, idAt: written.at } : found;
}

function freeId({ implied, name }: Candidate, taken: Set<string>): string {
  let id = implied ?? `${name}-1`;
  for (let number = 2; taken.has(id); number++) id = `${implied ?? name}-${number}`;
  taken.add(id);
  return id;
}

/** Headings around a section as one word, the base of the ids of what has none. */
function nameOf(document: SpecDocument, section: Section): string {
  const path = pathBelowTitle(section, titleSection(document.sections));
  return slugOf(path.join(' ') || 'requirement');
}

const openSpecHeading = /^Requirement:\s*(?<name>.*)$/i;
const kiroHeading = /^Requirement\s+(?<number>\d+(?:\.\d+)*)\b/i;

/** A section that is one requirement: `### R1 Title`, OpenSpec's `### Requirement: …`, Kiro's `### Requirement 1` without criteria. */
function wholeSection(
  document: SpecDocument,
  section: Section,
  below: Section[],
  topic: Topic,
): Candidate | undefined {
  if (!section.heading) return undefined;
  const heading = spanOf(section.heading);
  const nodes = [section, ...below].flatMap((each) => each.nodes);
  const base = {
    at: {
      start: heading.start,
      end: nodes.length > 0 ? spanOf(nodes.at(-1) ?? section.heading).end : heading.end,
    },
    topic,
    name: slugOf(section.title),
  };
  const id = writtenIdOf(section.title);
  if (id && isRequirementId({ ...id, labelled: true }, topic === 'requirements')) {
    const context = { document, section, topic, name: base.name };
    if (nodes.flatMap((node) => candidatesIn(context, node)).some((candidate) => candidate.written))
      return undefined;
    const start = document.text.indexOf(id.id, heading.start);
    const read = readSection(document, section, below);
    const text = [id.rest, read.text].filter((part) => part !== '').join('\n');
    const title = { start: start + id.id.length, end: heading.end };
    const statement = read.statement.length > 0 ? read.statement : [title];
    return {
      ...base,
      ...read,
      text,
      statement,
      written: { id: id.id, at: { start, end: start + id.id.length } },
    };
  }
  const openSpec = openSpecHeading.exec(section.title)?.groups?.name;
  if (openSpec !== undefined) {
    return { ...base, ...readSection(document, section, below), implied: slugOf(openSpec) };
  }
  const kiro = kiroHeading.exec(section.title)?.groups?.number;
  if (kiro !== undefined && !nodes.some((node) => node.type === 'list')) {
    return { ...base, ...readSection(document, section, below), implied: `R${kiro}` };
  }
  return undefined;
}

/** Text of a section; sections below it that tell a scenario are examples. */
function readSection(document: SpecDocument, section: Section, below: Section[]): RequirementText {
  const isExample = ({ title }: Section) => /^(?:scenario|example)\b/i.test(title);
  const nodes = [section, ...below.filter((each) => !isExample(each))].flatMap((each) => each.nodes);
  const read = readRequirementText(document, nodes);
  const scenarios = below.filter(isExample).map((each) => {
    const told = each.nodes.map((node) => document.text.slice(spanOf(node).start, spanOf(node).end));
    return [each.title.replace(/^(?:scenario|example)\s*:\s*/i, ''), ...told].join('\n');
  });
  return { ...read, examples: [...read.examples, ...scenarios] };
}

interface Context {
  document: SpecDocument;
  section: Section;
  topic: Topic;
  name: string;
}

function candidatesIn(context: Context, node: RootContent): Candidate[] {
  switch (node.type) {
    case 'list':
      return node.children.flatMap((item, index) => itemCandidates(context, item, (node.start ?? 1) + index));
    case 'table':
      return node.children.slice(1).flatMap((row) => rowCandidate(context, row));
    case 'paragraph': {
      const written = idAt(context, spanOf(node));
      return written?.marked ? [candidateOf(context, spanOf(node), [node], written)] : [];
    }
    default:
      return [];
  }
}

/** The id at the beginning of a block, when it is one of a requirement there. */
function idAt({ document, topic }: Context, block: Span): WrittenId | undefined {
  const source = document.text.slice(block.start, block.end);
  const written = writtenIdOf(source);
  if (!written || !isRequirementId(written, topic === 'requirements')) return undefined;
  return topic === 'elsewhere' && !hasModality(source) ? undefined : written;
}

/** An item of a list, then those below it that have ids of their own. */
function itemCandidates(context: Context, item: ListItem, number: number): Candidate[] {
  const [first] = item.children;
  if (first?.type !== 'paragraph') return [];
  const nested = item.children
    .flatMap((child) => (child.type === 'list' ? child.children : []))
    .filter((child) => idOfItem(context, child));
  const kiro = context.section.path.map((title) => kiroHeading.exec(title)?.groups?.number).find(Boolean);
  const candidate = candidateOf(
    context,
    contentOf(item),
    item.children,
    idAt(context, spanOf(first)),
    (child) => nested.includes(child),
  );
  return [
    kiro ? { ...candidate, implied: `R${kiro}.${number}` } : candidate,
    ...nested.flatMap((child, index) => itemCandidates(context, child, index + 1)),
  ];
}

function idOfItem(context: Context, item: ListItem): WrittenId | undefined {
  const [first] = item.children;
  return first?.type === 'paragraph' ? idAt(context, spanOf(first)) : undefined;
}

function candidateOf(
  { document, topic, name }: Context,
  at: Span,
  blocks: readonly RootContent[],
  written: WrittenId | undefined,
  isOwn: (item: ListItem) => boolean = () => false,
): Candidate {
  if (!written) return { at, topic, name, ...readRequirementText(document, blocks, isOwn) };
  const first = { text: written.rest, start: at.start + written.restAt };
  const id = { id: written.id, at: { start: at.start + written.start, end: at.start + written.end } };
  return { at, topic, name, written: id, ...readRequirementText(document, blocks, isOwn, first) };
}

/** A row of a table whose first cell is an id; the other cells say what is required. */
function rowCandidate({ document, topic, name }: Context, row: TableRow): Candidate[] {
  const [idCell, ...cells] = row.children;
  const [first] = idCell?.children ?? [];
  if (!first || cells.length === 0) return [];
  const start = spanOf(first).start;
  const written = writtenIdOf(document.text.slice(start, spanOf(idCell?.children.at(-1) ?? first).end));
  if (
    !written ||
    written.rest !== '' ||
    !isRequirementId({ ...written, labelled: true }, topic === 'requirements')
  )
    return [];
  const statement = cells.flatMap((cell) => cell.children.map(spanOf));
  return [
    {
      at: spanOf(row),
      topic,
      name,
      written: { id: written.id, at: { start: start + written.start, end: start + written.end } },
      text: cells
        .map((cell) =>
          document.text
            .slice(spanOf(cell).start, spanOf(cell).end)
            .replace(/^\||\|$/g, '')
            .trim(),
        )
        .filter(Boolean)
        .join(' '),
      examples: [],
      statement,
    },
  ];
}
