import { isCollection, isMap, isScalar, isSeq, parseDocument, visit, type Document, type Node } from 'yaml';
import type { Span } from './document';
import type { FormatProblem } from './problem';

type Path = readonly PropertyKey[];

/** YAML whose scalars are all text, with the places of its keys and values in the file it stands in. */
export interface YamlText {
  /** Maps, lists and strings; undefined when there is a problem. */
  value: unknown;
  problems: FormatProblem[];
  valueAt: (path: Path) => Span | undefined;
  keyAt: (path: Path) => Span | undefined;
}

const rule = 'front-matter/syntax';
const quotePlaceholder = 'Put quotes around a placeholder: `"{{port}}"`.';

/** Reads the part of a file between two offsets. */
export function readYaml(text: string, within: Span): YamlText {
  const parsed = parseDocument(text.slice(within.start, within.end), {
    schema: 'failsafe',
    prettyErrors: false,
  });
  const shift = (range: readonly number[] | null | undefined): Span | undefined =>
    range ? { start: within.start + (range[0] ?? 0), end: within.start + (range[1] ?? 0) } : undefined;
  const places = {
    valueAt: (path: Path) => shift(nodeAt(parsed, path)?.range),
    keyAt: (path: Path) => shift(keyOf(nodeAt(parsed, path.slice(0, -1)), path.at(-1))?.range),
  };
  const problems = [...syntaxErrors(parsed), ...mapsAsKeys(parsed)].map(({ range, ...said }) => ({
    rule,
    at: shift(range) ?? within,
    ...said,
  }));
  if (problems.length > 0) return { value: undefined, problems, ...places };
  try {
    return { value: parsed.toJS(), problems, ...places };
  } catch {
    // What is left to go wrong in a document without errors: aliases that unfold without end.
    const message = 'The front matter repeats itself through aliases too often to be read.';
    const hint = 'Write the values out instead of using `*alias`.';
    return { value: undefined, problems: [{ rule, at: within, message, hint }], ...places };
  }
}

function syntaxErrors(parsed: Document.Parsed) {
  return [...parsed.errors, ...parsed.warnings].map(({ message, pos: [start, end] }) => ({
    range: [start, Math.max(end, start + 1)],
    message: `The front matter is not valid YAML: ${message.replace(/\.$/, '')}.`,
    hint: 'Mend this place; a value with `: `, ` #`, `{` or `"` in it needs quotes around it.',
  }));
}

/** `{{port}}` without quotes is a map in a map to YAML. */
function mapsAsKeys(parsed: Document.Parsed) {
  const found: { range: readonly number[] | undefined; message: string; hint: string }[] = [];
  visit(parsed, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      const message = 'The front matter has a map or list where a name must be.';
      found.push({ range: key.range ?? undefined, message, hint: quotePlaceholder });
      return visit.SKIP;
    },
  });
  return found;
}

function nodeAt(parsed: Document.Parsed, path: Path): Node | undefined {
  let node: unknown = parsed.contents;
  for (const step of path) {
    if (isMap(node)) node = node.get(step, true);
    else if (isSeq(node)) node = node.get(Number(step), true);
    else return undefined;
  }
  return isScalar(node) || isCollection(node) ? node : undefined;
}

function keyOf(map: Node | undefined, name: PropertyKey | undefined): Node | undefined {
  if (!isMap(map)) return undefined;
  const key = map.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key;
  return isScalar(key) ? key : undefined;
}
