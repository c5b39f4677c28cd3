import type { Operator } from './ast';
import type { JqlContext } from './context';
import type { Issue } from '../issueState';
import type { JiraState } from '../state';

/** What the values of a field stand for, which says which functions give them. */
export type ValueType =
  | 'user'
  | 'project'
  | 'issuetype'
  | 'status'
  | 'priority'
  | 'resolution'
  | 'component'
  | 'version'
  | 'sprint'
  | 'issue'
  | 'option'
  | 'group'
  | 'label'
  | 'category'
  | 'other';

type Sortable = string | number | null;

interface Common {
  /** How queries name it; the first is its own name. */
  names: readonly string[];
  /** Number of a custom field. */
  customId?: number;
  /** Java type that the reference data names. */
  javaType: string;
  /** What issues are ordered by; absent where Jira cannot order. */
  sort?: (issue: Issue, state: JiraState) => Sortable;
  /** Ordered from the largest where a query does not say. */
  isDescending?: boolean;
}

/** A field that holds none, one or more things, each with an id. */
export interface SetField extends Common {
  kind: 'set';
  valueType: ValueType;
  values(issue: Issue, state: JiraState): readonly string[];
  /** Ids that a value of a query means; none when there is no such thing. */
  resolve(text: string, isNumber: boolean, context: JqlContext): readonly string[];
  /** What Jira says of a value that is not there; "does not exist" when left out. */
  missing?: (text: string, field: string, isNumber: boolean) => string;
  /** Order of two ids, or undefined where they have none; the field has `<` and its like only with this. */
  compare?(own: string, other: string, state: JiraState): number | undefined;
  /** Names that `~` looks at. */
  like?(issue: Issue, state: JiraState): readonly string[];
  /** False: it does not take EMPTY. */
  canBeEmpty?: false;
  /** A value that means EMPTY. */
  emptyName?: string;
  /** Its name in the history of issues; the field has WAS and CHANGED only with this. */
  history?: string;
}

export interface NumberField extends Common {
  kind: 'number';
  value(issue: Issue, state: JiraState): number | null;
  /** The number that a value of a query means, or null. */
  read(text: string, state: JiraState): number | null;
  /** What Jira says of a value that is no number. */
  invalid(text: string, field: string): string;
  canBeEmpty?: false;
}

/** Points in time; milliseconds since the epoch. */
export interface TimeField extends Common {
  kind: 'time';
  value(issue: Issue, state: JiraState): number | null;
}

/** Days, such as `2019-06-01`. */
export interface DayField extends Common {
  kind: 'day';
  value(issue: Issue, state: JiraState): string | null;
}

export interface TextField extends Common {
  kind: 'text';
  texts(issue: Issue, context: JqlContext): readonly string[];
  canBeEmpty?: false;
}

/** Other queries that people have saved. */
export interface FilterField extends Common {
  kind: 'filter';
}

/** Only there or not. */
export interface PresenceField extends Common {
  kind: 'presence';
  isThere(issue: Issue): boolean;
}

/** Only to order by. */
export interface OrderField extends Common {
  kind: 'order';
}

export type SearchField =
  SetField | NumberField | TimeField | DayField | TextField | FilterField | PresenceField | OrderField;

const equality: readonly Operator[] = ['=', '!=', 'in', 'not in'];
const relational: readonly Operator[] = ['>', '>=', '<', '<='];
const emptiness: readonly Operator[] = ['is', 'is not'];
const history: readonly Operator[] = ['was', 'was not', 'was in', 'was not in', 'changed'];

/** The operators that a field takes, in the order in which Jira names them. */
export function operatorsOf(field: SearchField): Operator[] {
  switch (field.kind) {
    case 'set':
      return [
        ...equality,
        ...(field.compare ? relational : []),
        ...(field.like ? (['~', '!~'] as const) : []),
        ...(field.canBeEmpty === false ? [] : emptiness),
        ...(field.history === undefined ? [] : history),
      ];
    case 'number':
      return [...equality, ...relational, ...(field.canBeEmpty === false ? [] : emptiness)];
    case 'time':
    case 'day':
      return [...equality, ...relational, ...emptiness];
    case 'text':
      return ['~', '!~', ...(field.canBeEmpty === false ? [] : emptiness)];
    case 'filter':
      return [...equality];
    case 'presence':
      return [...emptiness];
    case 'order':
      return [];
  }
}
