import type { JqlContext } from './context';
import { optionsOf } from './customSearch';
import { findFields } from './fieldIndex';
import type { SetField } from './fieldTypes';
import { encodeText } from './words';

interface Choice {
  /** As a query says it, before quoting. */
  value: string;
  name: string;
}

/** Choices that are shown at most. */
const maxChoices = 15;

const named = (rows: readonly { name: string }[]): Choice[] =>
  rows.map(({ name }) => ({ value: name, name }));

/** What a field may be asked for, by what its values stand for. */
const choicesOf: Readonly<Partial<Record<SetField['valueType'], (context: JqlContext) => Choice[]>>> = {
  project: ({ projects }) => projects.map(({ key, name }) => ({ value: key, name: `${name} (${key})` })),
  issuetype: ({ state }) => named(state.issueTypes),
  status: ({ state }) => named(state.statuses),
  priority: ({ state }) => named(state.priorities),
  resolution: ({ state }) => named(state.resolutions),
  component: ({ state }) => named(state.components),
  version: ({ state }) => named(state.versions),
  sprint: ({ state }) => named(state.sprints),
  group: ({ state }) => named(state.groups),
  category: ({ state }) => named(state.projectCategories),
  user: ({ state }) =>
    state.users
      .filter(({ active }) => active)
      .map(({ accountId, displayName }) => ({ value: accountId, name: displayName })),
};

function choices(context: JqlContext, field: SetField): Choice[] {
  const { state } = context;
  if (field.valueType === 'option') {
    const custom = state.customFields.find(({ id }) => id === `customfield_${field.customId}`);
    return custom ? named(optionsOf(custom)) : [];
  }
  if (field.valueType === 'label') {
    const labels = new Set(
      state.issues.filter(context.canSee).flatMap((issue) => field.values(issue, state)),
    );
    return [...labels].toSorted().map((label) => ({ value: label, name: label }));
  }
  return choicesOf[field.valueType]?.(context) ?? [];
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function highlight(name: string, typed: string): string {
  const at = typed === '' ? -1 : name.toLowerCase().indexOf(typed);
  if (at < 0) return escapeHtml(name);
  const end = at + typed.length;
  return `${escapeHtml(name.slice(0, at))}<b>${escapeHtml(name.slice(at, end))}</b>${escapeHtml(name.slice(end))}`;
}

/** Values of a field for somebody who types, what is typed set in bold. */
export function suggestionsFor(
  context: JqlContext,
  fieldName: string,
  typed: string,
): { value: string; displayName: string }[] {
  const lower = typed.toLowerCase();
  const number = /^cf\[(\d+)\]$/i.exec(fieldName)?.[1];
  const [field] = findFields(context.state, {
    name: fieldName,
    ...(number === undefined ? {} : { customFieldId: Number(number) }),
  });
  if (field?.kind !== 'set') return [];
  return choices(context, field)
    .filter(({ name, value }) => name.toLowerCase().includes(lower) || value.toLowerCase().includes(lower))
    .slice(0, maxChoices)
    .map(({ name, value }) => ({ value: encodeText(value), displayName: highlight(name, lower) }));
}
