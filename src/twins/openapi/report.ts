import type { Model } from './model';
import type { Resource } from './resource';
import { schemeKind } from './security';
import { childOf } from './node';

/** What a twin makes of a document. Plain data. */
export interface InferenceReport {
  title: string;
  operations: number;
  modelled: number;
  resources: readonly { path: string; id: string; roles: readonly string[]; paging: string }[];
  /** How many operations are not modelled, by the reason, most first. */
  unmodelled: readonly { why: string; operations: readonly string[] }[];
  security: readonly { name: string; checked: string | undefined }[];
  repairs: readonly string[];
}

export function reportOf({
  title,
  operations,
  modelled,
  unmodelled,
  resources,
  schemes,
  tools,
  repairs,
}: Model): InferenceReport {
  const reasons = Map.groupBy([...unmodelled], ([, why]) => why.replace(/".*?"/g, '…'));
  return {
    title,
    operations: operations.length,
    modelled: modelled.size,
    resources: resources.map((one) => ({
      path: one.path,
      id: one.id,
      roles: Object.keys(one.roles),
      paging: pagingOf(one),
    })),
    unmodelled: [...reasons]
      .map(([why, list]) => ({ why, operations: list.map(([name]) => name) }))
      .sort((left, right) => right.operations.length - left.operations.length),
    security: Object.keys(schemes).map((name) => ({
      name,
      checked: schemeKind(tools.resolve(childOf(schemes, name))),
    })),
    repairs,
  };
}

function pagingOf({ list }: Resource): string {
  if (!list) return 'no list';
  const { paging } = list;
  const size =
    paging.size === undefined ? '' : ` and ${paging.size} (${paging.defaultSize}, at most ${paging.maxSize})`;
  if (paging.style === 'page') return `${paging.page}${size}`;
  if (paging.style === 'offset') return `${paging.offset}${size}`;
  if (paging.style === 'id') return `${paging.after}${size}`;
  return paging.style === 'cursor'
    ? `${paging.cursor}${size}`
    : paging.size === undefined
      ? 'none'
      : `only ${paging.size}`;
}

/** Operations named for each reason; the rest are counted. */
const shown = 8;

/** The same for people. */
export function reportText(report: InferenceReport): string {
  const { title, operations, modelled, resources, unmodelled, security, repairs } = report;
  const others = unmodelled.flatMap(({ why, operations: names }) => [
    `  ${names.length} because ${why}:`,
    ...names.slice(0, shown).map((name) => `    ${name}`),
    ...(names.length > shown ? [`    and ${names.length - shown} more`] : []),
  ]);
  const schemes = security.map(
    ({ name, checked }) => `  ${name}: ${checked ?? 'cannot be checked, so it admits nobody'}`,
  );
  return [
    `${title}: ${modelled} of ${operations} operations are modelled, on ${resources.length} resources.`,
    ...resources.map(
      ({ path, id, roles, paging }) => `  ${path} by ${id}: ${roles.join(', ')}; pages: ${paging}`,
    ),
    ...(others.length > 0 ? ['Not modelled, answered with 501:', ...others] : []),
    ...(schemes.length > 0 ? ['Credentials:', ...schemes] : ['The document asks for no credentials.']),
    ...(repairs.length > 0 ? ['Repaired:', ...repairs.map((line) => `  ${line}`)] : []),
    '',
  ].join('\n');
}
