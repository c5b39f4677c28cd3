import { globSync, readFileSync } from 'node:fs';
import type { TwinEntry } from '../../src/twins/entry';

/** What a service's `coverage.ts` says beside its tables. */
export interface Coverage {
  unconfirmed: readonly { item: string; what: string }[];
  differences: readonly { what: string; why: string }[];
  errors: readonly string[];
}

export interface Conformance {
  id: string;
  /** What the test says. */
  title: string;
}

/** The items of the conformance lists that have a test of their own, by the titles of the tests. */
export function conformanceTests(): Conformance[] {
  const files = globSync('test/integration/twins/**/*.test.ts').sort();
  const titles = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/\bit\(\s*(['"`])([SOJ]\d\d)\b[ :–-]*(.*?)\1/gs),
  ]);
  return titles
    .map(([, , id = '', title = '']) => ({ id, title: title.replace(/\s+/g, ' ') }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('{', '\\{').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
const code = (text: string): string => `\`${text.replaceAll('`', '')}\``;
const table = (head: string[], rows: string[][]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

/** Operations by their first words, so that hundreds of them can be read. */
function grouped(methods: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const method of methods) {
    const path = /^[A-Z]+ (?:\/(?:rest|api|oauth2)\/[^/]+(?:\/[\d.]+)?)?\/?([^/{]+)/.exec(method)?.[1];
    const group = path ?? method.split('.')[0] ?? method;
    groups.set(group, [...(groups.get(group) ?? []), method]);
  }
  return [...groups].map(([group, names]) => [group, String(names.length), names.map(code).join(', ')]);
}

function section(entry: TwinEntry, coverage: Coverage, tests: readonly Conformance[]): string[] {
  const pairs = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).map(([key, words]) => [code(key), words]);
  return [
    `## ${entry.name}`,
    '',
    entry.description,
    '',
    `Hosts that lead to it in a pod: ${entry.hosts.map(code).join(', ')}.`,
    '',
    ...table(['Value', 'What it is'], pairs(entry.values)),
    '',
    ...table(['Variable', 'Gets the value'], pairs(entry.variables)),
    '',
    `### Operations (${entry.methods.length})`,
    '',
    ...table(['Of', 'How many', 'Names, as faults and scenarios use them'], grouped(entry.methods)),
    '',
    '### Seed',
    '',
    ...table(['Key', 'What it holds'], pairs(entry.seed)),
    '',
    '### Faults',
    '',
    ...table(['Reply', 'What it is'], pairs(entry.faults)),
    '',
    `### Errors it answers with (${coverage.errors.length})`,
    '',
    coverage.errors.map(code).join(', '),
    '',
    `### Conformance: ${new Set(tests.map(({ id }) => id)).size} items, each tested on the wire`,
    '',
    ...table(
      ['Item', 'What is tested'],
      tests.map(({ id, title }) => [id, title]),
    ),
    '',
    '### Not confirmed',
    '',
    ...table(
      ['Item', 'What no document and no client of the service says'],
      coverage.unconfirmed.map(({ item, what }) => [item, what]),
    ),
    '',
    '### Known differences',
    '',
    ...table(
      ['What', 'Why'],
      coverage.differences.map(({ what, why }) => [what, why]),
    ),
    '',
  ];
}

/** The reference page of the twins, whole. */
export function renderTwinsPage(
  twins: readonly { entry: TwinEntry; coverage: Coverage; prefix: string }[],
  tests: readonly Conformance[],
): string {
  return [
    '# Digital twins, and how far they go',
    '',
    'Written from the code and the tests by `renderTwinsPage`. What a twin does not model answers with the service’s own error for what it does not know, is recorded as not modelled, and shows on the timeline; nothing is made up.',
    '',
    ...twins.flatMap(({ entry, coverage, prefix }) =>
      section(
        entry,
        coverage,
        tests.filter(({ id }) => id.startsWith(prefix)),
      ),
    ),
  ].join('\n');
}
