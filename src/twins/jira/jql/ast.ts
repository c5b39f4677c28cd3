// What a JQL query says, before anyone asks what its names mean.

export type Operator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | '~'
  | '!~'
  | 'in'
  | 'not in'
  | 'is'
  | 'is not'
  | 'was'
  | 'was not'
  | 'was in'
  | 'was not in'
  | 'changed';

export type PredicateOperator = 'before' | 'after' | 'from' | 'to' | 'on' | 'during' | 'by';

export interface ValueOperand {
  kind: 'value';
  value: string;
  /** Written without quotes and as a whole number: means an id first, then a name. */
  isNumber: boolean;
}
export interface FunctionOperand {
  kind: 'function';
  name: string;
  args: string[];
}
export type Operand =
  ValueOperand | FunctionOperand | { kind: 'list'; values: Operand[] } | { kind: 'empty' };

export interface JqlField {
  /** As written, without quotes: `summary`, `cf[10001]`, `issue.property[key].path`. */
  name: string;
  /** Number of a field written as `cf[10001]`. */
  customFieldId?: number;
  /** Of a field written as `issue.property[key].path`. */
  property?: { entity: string; key: string; path: string };
}

export interface Predicate {
  operator: PredicateOperator;
  operand: Operand;
}

/** One comparison. */
export interface Terminal {
  kind: 'terminal';
  field: JqlField;
  operator: Operator;
  /** Null only after `changed`. */
  operand: Operand | null;
  predicates: Predicate[];
}

export type Clause = { kind: 'and' | 'or'; clauses: Clause[] } | { kind: 'not'; clause: Clause } | Terminal;

export interface OrderBy {
  field: JqlField;
  /** The field's own when left out. */
  direction?: 'asc' | 'desc';
}

export interface JqlQuery {
  /** Null when the query restricts nothing. */
  where: Clause | null;
  orderBy: OrderBy[];
}
