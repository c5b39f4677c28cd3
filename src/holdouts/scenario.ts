import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { z } from 'zod/mini';
import { closest } from '../shared/closest';
import type { Misuse, Path } from './misuse';
import { misuses } from './scenarioChecks';
import { reports, scenarioHead, stepSchemas, type Scenario, type Step } from './scenarioSchema';
import { toWritten } from './written';
import { isRecord } from '../shared/records';

/**
 * What is wrong with a scenario file. Lines and columns are 1-based. The sentences never quote the file, so
 * that they may be shown and logged anywhere.
 */
export interface ScenarioProblem {
  line: number;
  column: number;
  message: string;
  hint: string;
}

export type ParsedScenario = { scenario: Scenario } | { problems: ScenarioProblem[] };

const later = ['sql', 'browser'] as const;

/** Parses one `*.scenario.yaml`. With `requirementIds`, covering anything else is a problem. */
export function parseScenario(text: string, requirementIds?: readonly string[]): ParsedScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, lineCounter: lines });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    return {
      problems: syntax.map(({ code, pos }) => ({
        ...place(lines, pos[0]),
        message: `The YAML is not well formed (${code.toLowerCase().replaceAll('_', ' ')}).`,
        hint: 'Mend this place; a value with `: `, ` #`, `{` or `"` in it needs quotes around it.',
      })),
    };
  }
  const read = readDocument(document);
  const problems = 'misuses' in read ? read.misuses : misuses(read.scenario, requirementIds);
  if (problems.length > 0 || 'misuses' in read) {
    return { problems: problems.map((problem) => located(problem, document, lines)) };
  }
  return { scenario: read.scenario };
}

function readDocument(document: Document.Parsed): { scenario: Scenario } | { misuses: Misuse[] } {
  let data: unknown;
  try {
    data = toWritten(document);
  } catch {
    // What is left to go wrong in a document without errors: aliases that unfold without end.
    const message = 'The file repeats itself through aliases too often to be read.';
    return { misuses: [{ path: [], message, hint: 'Write the values out instead of using `*alias`.' }] };
  }
  const head = scenarioHead.safeParse(data);
  if (!head.success) return { misuses: explain(head.error.issues, data, []) };
  const { suite } = head.data;
  if (!head.data.steps && !suite) return { misuses: [wrong(['steps'], true, 'a list')] };
  const steps: Step[] = [];
  const problems: Misuse[] = [];
  for (const [index, step] of (head.data.steps ?? []).entries()) {
    const parsed = readStep(step, ['steps', index]);
    if ('misuses' in parsed) problems.push(...parsed.misuses);
    else steps.push(parsed.step);
  }
  if (problems.length > 0) return { misuses: problems };
  const { id, covers, why = '', weight = 1, given = {} } = head.data;
  return { scenario: { id, covers, why, weight, given, steps, ...(suite ? { suite } : {}) } };
}

function readStep(step: unknown, path: Path): { step: Step } | { misuses: Misuse[] } {
  const keys = isRecord(step) ? Object.keys(step) : [];
  const unsupported = later.find((kind) => keys.includes(kind));
  if (unsupported) return { misuses: [notYet([...path, unsupported], unsupported)] };
  const kinds = Object.keys(stepSchemas) as (keyof typeof stepSchemas)[];
  const [kind, ...more] = kinds.filter((name) => keys.includes(name));
  if (kind === undefined || more.length > 0) {
    const meant = kind === undefined && keys[0] !== undefined ? closest(keys[0], kinds) : undefined;
    const hint = meant ? `Did you mean \`${meant}\`?` : `A step is one of: ${kinds.join(', ')}.`;
    const message = kind ? 'This step is of two kinds at once.' : 'This step is of no known kind.';
    return { misuses: [{ path, message, hint }] };
  }
  const parsed = stepSchemas[kind].safeParse(step);
  if (parsed.success) return { step: parsed.data };
  return { misuses: explain(parsed.error.issues, step, path) };
}

function notYet(path: Path, kind: string): Misuse {
  return {
    path,
    atKey: true,
    message: `\`${kind}\` is not supported yet.`,
    hint: 'Say the same with `http`, `run`, `file` or `twin` steps for now.',
  };
}

type Issue = z.core.$ZodIssue;

function explain(issues: readonly Issue[], data: unknown, prefix: Path): Misuse[] {
  return issues.flatMap((issue): Misuse[] => {
    const path = [...prefix, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => unknownKey([...path, key], key, issue.path));
      case 'invalid_union':
        return explainUnion(issue, data, prefix);
      case 'invalid_type':
        return [wrong(path, isMissing(data, issue.path), expectedWord(issue.expected))];
      case 'invalid_key':
        return [
          {
            path,
            atKey: true,
            message: 'This name is not a word of letters, digits, `_` and `-`.',
            hint: 'Choose another name.',
          },
        ];
      default:
        return [
          {
            path,
            message: 'This value is not of the form that is expected here.',
            hint: formHints[String(issue.path.at(-1))] ?? 'See the scenario format in the documentation.',
          },
        ];
    }
  });
}

/** Of the alternatives of a union the one that got furthest says best what is wrong. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  data: unknown,
  prefix: Path,
): Misuse[] {
  const depth = (issues: readonly Issue[]) =>
    Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
  const [best] = issue.errors.toSorted((a, b) => depth(b) - depth(a));
  if (!best || depth(best) === 0) return [wrong([...prefix, ...issue.path], false, 'another kind of value')];
  return explain(best, data, [...prefix, ...issue.path]);
}

const formHints: Record<string, string> = {
  within: 'Write a duration such as `500ms`, `10s` or `2m`.',
  covers: 'Name at least one requirement of the spec.',
  steps: 'Write at least one step.',
  weight: 'Write a number above 0.',
  report: `Write one of: ${reports.join(', ')}.`,
};

const knownKeys = [
  ...[
    'id',
    'covers',
    'why',
    'weight',
    'given',
    'steps',
    'env',
    'twins',
    'files',
    'git',
    'seed',
    'faults',
    'on',
    'after',
    'probability',
    'drop',
    'delay',
    'malformed',
    'do',
    'clock',
    'advance',
    'freeze',
    'resume',
    'latency',
    'act',
  ],
  ...[
    'times',
    'reply',
    'retryAfter',
    'message',
    'tag',
    'date',
    'text',
    'template',
    'start',
    'http',
    'run',
    'file',
  ],
  ...[
    'twin',
    'judge',
    'expect',
    'save',
    'stdin',
    'method',
    'url',
    'headers',
    'json',
    'body',
    'status',
    'within',
    'exit',
  ],
  ...[
    'stdout',
    'stderr',
    'absent',
    'calls',
    'state',
    'answered',
    'args',
    'count',
    'equals',
    'matches',
    'contains',
  ],
  ...['oneOf', 'any'],
  ...['suite', 'command', 'report', 'cases', 'mustFail', 'inputs'],
];

/** The unknown key itself is not repeated: a slip of indentation makes any text a key. */
function unknownKey(path: Path, key: string, parent: Path): Misuse {
  const meant = closest(
    key,
    knownKeys.filter((known) => known !== key),
  );
  return {
    path,
    atKey: true,
    message: `This key is not known ${parent.length === 0 ? 'at the top of a step or scenario' : 'here'}.`,
    hint: meant ? `Did you mean \`${meant}\`?` : 'Remove it, or check its indentation.',
  };
}

function wrong(path: Path, missing: boolean, expected: string): Misuse {
  if (!missing) {
    return {
      path,
      message: `Here ${expected} is expected.`,
      hint: 'See the scenario format in the documentation.',
    };
  }
  // Only names of the format can be missing.
  return {
    path: path.slice(0, -1),
    message: `\`${String(path.at(-1))}\` is missing.`,
    hint: `Add it: ${expected} is expected.`,
  };
}

function isMissing(data: unknown, path: Path): boolean {
  let value = data;
  for (const key of path.slice(0, -1)) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  const last = path.at(-1);
  return last !== undefined && isRecord(value) && !Object.hasOwn(value, last);
}

function expectedWord(expected: string): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: '`true` or `false`',
    array: 'a list',
    object: 'a map',
    record: 'a map',
  };
  return words[expected] ?? 'another kind of value';
}

function located({ path, atKey, message, hint }: Misuse, document: Document.Parsed, lines: LineCounter) {
  return { ...place(lines, offsetOf(document, path, atKey ?? false)), message, hint };
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Offset of the deepest node on the path that exists. */
function offsetOf(document: Document.Parsed, path: Path, atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) return offset;
      if (atKey && depth === path.length - 1 && isScalar(pair.key)) return pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) node = node.items[Number(step)];
    else return offset;
    if (isNode(node)) offset = node.range?.[0] ?? offset;
  }
  return offset;
}
