import { closest } from '../shared/closest';
import { spanOf, type Span, type SpecDocument } from './document';
import { frontMatterSchema, knownKeys, type FrontMatterData } from './frontMatterSchema';
import { placeholderProblems } from './placeholders';
import type { FormatProblem } from './problem';
import { readYaml, type YamlText } from './yamlText';

type Path = readonly PropertyKey[];

export interface FrontMatter {
  /** What could be understood; empty when the YAML is broken. */
  data: FrontMatterData;
  problems: FormatProblem[];
  /** False when the YAML could not be read, so that nothing can be said about what is missing in it. */
  readable: boolean;
  /** True for our own format; other people's files are read with more patience. */
  native: boolean;
  /** The lines between the two `---`; undefined when the text has no front matter. */
  yaml?: Span;
  /** Where the value at a path stands in the text, as it is written there. */
  locate: (path: Path) => Span | undefined;
}

/**
 * Reads the YAML at the beginning of a spec. In other people's formats, which are neither named `*.spec.md` nor say
 * `factory:`, it is left alone.
 */
export function readFrontMatter(document: SpecDocument, path: string): FrontMatter {
  const yaml = yamlOf(document);
  const native = path.endsWith('.spec.md') || /^factory\s*:/m.test(yaml ? sliceOf(document, yaml) : '');
  const nothing = { data: {}, readable: true, native, locate: () => undefined };
  if (!yaml) {
    const problems = native ? unclosed(document) : [];
    return { ...nothing, problems, readable: problems.length === 0 };
  }
  if (!native) return { ...nothing, yaml, problems: [] };
  const read = readYaml(document.text, yaml);
  if (read.problems.length > 0) return { ...nothing, yaml, problems: read.problems, readable: false };
  return { ...nothing, ...understand(document, read, yaml), yaml, locate: read.valueAt };
}

function yamlOf(document: SpecDocument): Span | undefined {
  const node = document.root.children[0];
  if (node?.type !== 'yaml') return undefined;
  return { start: document.lineStarts[1] ?? 0, end: document.text.lastIndexOf('---', spanOf(node).end) };
}

const sliceOf = ({ text }: SpecDocument, { start, end }: Span) => text.slice(start, end);

/** `---` on the first line that no other `---` answers, followed by a key rather than by prose. */
function unclosed({ text, lineStarts }: SpecDocument): FormatProblem[] {
  if (!/^---[ \t]*\r?\n[\w-]+[ \t]*:/.test(text)) return [];
  return [
    {
      rule: 'front-matter/syntax',
      at: { start: 0, end: (lineStarts[1] ?? 4) - 1 },
      message: 'The front matter that begins here has no end.',
      hint: 'Put a line with only `---` after its last key.',
    },
  ];
}

function understand(
  document: SpecDocument,
  read: YamlText,
  yaml: Span,
): Pick<FrontMatter, 'data' | 'problems'> {
  if (read.value === null || read.value === '') return { data: {}, problems: [] };
  const single = hasSingleStart(read.value);
  const value = single ? withNamedStart(read.value) : read.value;
  /** Where the writer put what the schema knows as `commands.start.default`. */
  const written = (path: Path) =>
    single && path[1] === 'start' && path.length > 2 ? path.toSpliced(2, 1) : path;

  const parsed = frontMatterSchema.safeParse(value);
  const data = parsed.success ? parsed.data : validPart(value);
  const problems = (parsed.error?.issues ?? []).flatMap((issue) => {
    const path = written(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        unknownKey(key, path, knownKeys(issue.path), read.keyAt([...path, key]) ?? yaml),
      );
    }
    const key = read.keyAt(path) ?? yaml;
    if (issue.code === 'invalid_key') return [invalidValue(path, issue.issues[0]?.message ?? '', key)];
    return [invalidValue(path, issue.message, nearest(read, path) ?? yaml)];
  });
  return {
    data,
    problems: [...problems, ...placeholderProblems(document, data, (path) => read.valueAt(written(path)))],
  };
}

/** The value at a path or, where it is missing, what should hold it. */
function nearest(read: YamlText, path: Path): Span | undefined {
  const value = read.valueAt(path);
  if (value && value.end > value.start) return value;
  return read.keyAt(path) ?? (path.length > 0 ? nearest(read, path.slice(0, -1)) : undefined);
}

function unknownKey(key: string, path: Path, known: string[] | undefined, at: Span): FormatProblem {
  const meant = closest(key, known ?? []);
  const where = path.length === 0 ? 'the front matter' : `\`${path.join('.')}\``;
  const problem = {
    rule: 'front-matter/unknown-key',
    at,
    message: `\`${key}\` is not a key of ${where}.`,
    hint: meant
      ? `Did you mean \`${meant}\`?`
      : `Remove it, or use one of: ${(known ?? []).map((name) => `\`${name}\``).join(', ')}.`,
  };
  return meant
    ? { ...problem, fix: { title: `Rename to '${meant}'`, edits: [{ at, text: meant }] } }
    : problem;
}

function invalidValue(path: Path, expected: string, at: Span): FormatProblem {
  return {
    rule: 'front-matter/invalid-value',
    at,
    message: `${path.length === 0 ? 'The front matter' : `\`${path.join('.')}\``} must be ${expected}.`,
    hint: 'Write it like that, or leave the key out.',
  };
}

/** The keys whose values are as they must be, so that one slip does not hide the rest. */
function validPart(value: unknown): FrontMatterData {
  const data: FrontMatterData = {};
  for (const [key, one] of Object.entries(isMap(value) ? value : {})) {
    const parsed = frontMatterSchema.safeParse({ [key]: one });
    if (parsed.success) Object.assign(data, parsed.data);
  }
  return data;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for `start: { run: … }`, which is the start named `default`. */
function hasSingleStart(value: unknown): boolean {
  const commands = isMap(value) ? value.commands : undefined;
  const start = isMap(commands) ? commands.start : undefined;
  return isMap(start) && typeof start.run === 'string';
}

function withNamedStart(value: unknown): unknown {
  if (!isMap(value) || !isMap(value.commands)) return value;
  return { ...value, commands: { ...value.commands, start: { default: value.commands.start } } };
}
