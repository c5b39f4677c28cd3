import type { JiraState } from '../state';
import type { JqlField } from './ast';
import { customSearchField } from './customSearch';
import type { SearchField } from './fieldTypes';
import { systemSearchFields } from './systemFields';

/** Every field of the site that JQL knows, the system's own first. */
export function searchFields(state: JiraState): SearchField[] {
  return [...systemSearchFields, ...state.customFields.flatMap((field) => customSearchField(field) ?? [])];
}

const systemByName = new Map(
  systemSearchFields.flatMap((field) => field.names.map((name) => [name.toLowerCase(), field] as const)),
);

/** Fields that a query means: of one name there may be several custom ones. */
export function findFields(state: JiraState, { name, customFieldId }: JqlField): SearchField[] {
  const lower = name.toLowerCase();
  const system = customFieldId === undefined ? systemByName.get(lower) : undefined;
  if (system) return [system];
  return state.customFields.flatMap((custom) => {
    const field = customSearchField(custom);
    return field?.names.some((known) => known.toLowerCase() === lower) ? [field] : [];
  });
}
