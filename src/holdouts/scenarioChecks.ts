import { gitDate } from './gitHistory';
import { matcherOf, patternProblem, schemaProblem, type Expected, type Matcher } from './matchers';
import { isJsonPath } from './jsonPath';
import type { Misuse, Path } from './misuse';
import { isPlainPath } from './plainPath';
import { placeholdersIn } from './placeholders';
import type { Scenario, Step } from './scenarioSchema';
import { suiteMisuses } from './suiteChecks';

/** What a scenario of the right form still gets wrong: unknown names, bad patterns, schemas, paths and dates. */
export function misuses(scenario: Scenario, requirementIds?: readonly string[]): Misuse[] {
  return [
    ...unknownCovers(scenario, requirementIds),
    ...givenMisuses(scenario),
    ...unknownPlaceholders(scenario),
    ...scenario.steps.flatMap((step, index) => stepMisuses(step, ['steps', index])),
    ...judgeMisuses(scenario),
    ...(scenario.suite ? suiteMisuses(scenario.suite) : []),
  ];
}

function unknownCovers({ covers }: Scenario, requirementIds?: readonly string[]): Misuse[] {
  if (!requirementIds) return [];
  const known = new Set(requirementIds);
  return covers.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            path: ['covers', index],
            message: 'This requirement is not in the spec.',
            hint: `The spec has: ${requirementIds.join(', ')}.`,
          },
        ],
  );
}

function givenMisuses({ given }: Scenario): Misuse[] {
  const outside = (path: Path): Misuse => ({
    path,
    atKey: true,
    message: 'This path leads out of the scenario folder, or into `.git`.',
    hint: 'Write a relative path with `/` and without `..`.',
  });
  const files = Object.keys(given.files ?? {})
    .filter((file) => !isPlainPath(file))
    .map((file) => outside(['given', 'files', file]));
  const commits = (given.git ?? []).flatMap((commit, index): Misuse[] => {
    const path = ['given', 'git', index];
    const paths = Object.keys(commit.files ?? {})
      .filter((file) => !isPlainPath(file))
      .map((file) => outside([...path, 'files', file]));
    const problems: Misuse[] = [...paths];
    if (commit.date !== undefined && gitDate(commit.date) === null) {
      const hint = 'Write it as in `2026-01-31T12:00:00Z`.';
      problems.push({ path: [...path, 'date'], message: 'This is not a date with a time zone.', hint });
    }
    if (commit.tag !== undefined && !isTag(commit.tag)) {
      const hint = 'Use letters, digits, `.`, `-`, `_` and `/`, as in `v1.0.0`.';
      problems.push({ path: [...path, 'tag'], message: 'Git does not take this name for a tag.', hint });
    }
    return problems;
  });
  return [...files, ...commits];
}

function isTag(tag: string): boolean {
  return /^[\w][\w.+/-]*$/.test(tag) && !/\.\.|\/\/|\/$|\.$|\/\.|\.lock(\/|$)/.test(tag);
}

const alwaysThere = ['base', 'port', 'root', 'tmp', 'program'];
/** A suite is kept apart from the program's files. */
const thereForSuites = ['base', 'port', 'program', 'report'];

/** Names are known by kind here; whether a twin offers a value shows when it runs. */
function unknownPlaceholders(scenario: Scenario): Misuse[] {
  const saved = new Set<string>();
  const known = (name: string, always: readonly string[]) =>
    always.includes(name) ||
    /^twin\.[\w-]+\.[\w.-]+$/.test(name) ||
    /^canary\.[A-Za-z][\w-]*$/.test(name) ||
    (name.startsWith('saved.') && saved.has(name.slice('saved.'.length)));
  const check = (value: unknown, path: Path, always = alwaysThere) =>
    textsIn(value, path).flatMap(({ text, path: at }) =>
      placeholdersIn(text)
        .filter((name) => !known(name, always))
        .map(() => ({
          path: at,
          message: 'A placeholder here is not known, or is saved by no step before.',
          hint: `Known: ${always.join(', ')}, saved.<name>, twin.<name>.<value>, canary.<name>. Write \\{{ for the braces themselves.`,
        })),
    );
  const { env, twins, files } = scenario.given;
  const templates = Object.entries(files ?? {}).filter(
    ([, file]) => typeof file !== 'string' && file.template,
  );
  return [
    ...check(env, ['given', 'env']),
    ...check(twins, ['given', 'twins']),
    ...check(Object.fromEntries(templates), ['given', 'files']),
    ...scenario.steps.flatMap((step, index) => {
      const { save, ...rest } = { save: undefined, ...step };
      const problems = check(rest, ['steps', index]);
      for (const name of Object.keys(save ?? {})) saved.add(name);
      return problems;
    }),
    ...check(scenario.suite?.command, ['suite', 'command'], thereForSuites),
  ];
}

function textsIn(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}

function stepMisuses(step: Step, path: Path): Misuse[] {
  const save = 'save' in step ? Object.entries(step.save ?? {}) : [];
  const saves = save
    .filter(([, query]) => !isJsonPath(query))
    .map(([name]) => badPath([...path, 'save', name]));
  const expected = 'expect' in step ? expectedMisuses(step.expect, [...path, 'expect']) : [];
  const queries = 'twin' in step ? Object.keys(step.expect?.state ?? {}) : [];
  const states = queries
    .filter((query) => !isJsonPath(query))
    .map((query) => ({ ...badPath([...path, 'expect', 'state', query]), atKey: true }));
  const nothing: Misuse[] =
    'twin' in step && !step.do && !step.expect?.calls && !step.expect?.state
      ? [{ path, message: 'This step does and expects nothing.', hint: 'Add `do`, `calls` or `state`.' }]
      : [];
  return [...saves, ...expected, ...states, ...nothing];
}

/** A model judges what a step before it saw, and never alone. */
function judgeMisuses({ steps, suite }: Scenario): Misuse[] {
  const problems = steps.flatMap((step, index): Misuse[] => {
    if (!('judge' in step) || steps.slice(0, index).some((one) => !('start' in one || 'judge' in one)))
      return [];
    const hint = 'Put the step before it whose output it is about: `run`, `http`, `file` or `twin`.';
    return [{ path: ['steps', index], message: 'Here is nothing to judge yet.', hint }];
  });
  const first = steps.findIndex((step) => 'judge' in step);
  const isExact = (step: Step) =>
    'expect' in step && Object.keys(step.expect ?? {}).some((key) => key !== 'within');
  const exact = suite !== undefined || steps.some(isExact);
  if (first < 0 || exact) return problems;
  const hint = 'Add an `expect` to a step: what a program prints may talk a model into anything.';
  return [...problems, { path: ['steps', first], message: 'A model alone decides nothing.', hint }];
}

function badPath(path: Path): Misuse {
  return {
    path,
    message: 'This is not a JSONPath of RFC 9535.',
    hint: 'Write a path such as `$.items[0].id`.',
  };
}

function expectedMisuses(expected: unknown, path: Path): Misuse[] {
  if (Array.isArray(expected))
    return expected.flatMap((item, index) => expectedMisuses(item, [...path, index]));
  if (expected === null || typeof expected !== 'object') return [];
  const matcher = matcherOf(expected);
  const own = matcher ? matcherMisuses(matcher, path) : [];
  const inner = Object.entries(expected).filter(([key]) => !matcher || !literal.includes(key));
  return [...own, ...inner.flatMap(([key, item]) => expectedMisuses(item, [...path, key]))];
}

const literal = ['equals', 'schema', 'matches', 'between'];

function matcherMisuses(matcher: Matcher, path: Path): Misuse[] {
  const at = (key: string, message: string, hint: string): Misuse => ({
    path: [...path, key],
    message,
    hint,
  });
  const problems: Misuse[] = [];
  const { matches, schema, between, oneOf, unordered } = matcher;
  if (matches !== undefined && patternProblem(matches)) {
    const hint = 'Write a pattern of RE2 syntax: no lookaround and no backreferences.';
    problems.push(at('matches', 'This is not a valid pattern.', hint));
  }
  if (schema !== undefined && schemaProblem(schema)) {
    const hint = 'Write a schema of draft 2020-12 without references to other documents.';
    problems.push(at('schema', 'This is not a valid JSON Schema.', hint));
  }
  if (between !== undefined && !isRange(between)) {
    problems.push(at('between', 'This is not a range.', 'Write two numbers, the lower one first: `[1, 5]`.'));
  }
  for (const [key, list] of Object.entries({ oneOf, unordered })) {
    if (list !== undefined && !Array.isArray(list))
      problems.push(at(key, 'A list is expected here.', 'Write a list.'));
  }
  for (const key of ['absent', 'any'] as const) {
    const value = matcher[key];
    if (value !== undefined && typeof value !== 'boolean') {
      problems.push(at(key, 'Here `true` is expected.', 'Write `true`, or use `equals` for literal keys.'));
    }
  }
  return problems;
}

function isRange(value: Expected): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value;
  return typeof low === 'number' && typeof high === 'number' && low <= high;
}
