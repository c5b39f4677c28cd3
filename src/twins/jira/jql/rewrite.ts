import type { Clause, JqlField, JqlQuery, Operand, ValueOperand } from './ast';
import { encodeField, encodeOperand } from './structure';

// Queries written anew, with some of their values replaced.

/** What to put in the place of a value of a field. */
type Replace = (field: JqlField, value: ValueOperand) => ValueOperand;

function replaceIn(operand: Operand, field: JqlField, replace: Replace): Operand {
  if (operand.kind === 'value') return replace(field, operand);
  if (operand.kind !== 'list') return operand;
  return { kind: 'list', values: operand.values.map((value) => replaceIn(value, field, replace)) };
}

function writeClause(clause: Clause, replace: Replace): string {
  switch (clause.kind) {
    case 'terminal': {
      const { field, operator, operand, predicates } = clause;
      const words = [encodeField(field), operator];
      if (operand) words.push(encodeOperand(replaceIn(operand, field, replace)));
      for (const one of predicates) words.push(one.operator, encodeOperand(one.operand));
      return words.join(' ');
    }
    case 'not':
      return `NOT ${nested(clause.clause, replace)}`;
    case 'and':
      return clause.clauses.map((part) => nested(part, replace)).join(' AND ');
    case 'or':
      return clause.clauses.map((part) => nested(part, replace)).join(' OR ');
  }
}

function nested(clause: Clause, replace: Replace): string {
  const text = writeClause(clause, replace);
  return clause.kind === 'and' || clause.kind === 'or' ? `(${text})` : text;
}

/** The query as text, with each value of its clauses as `replace` wants it. */
export function rewriteJql({ where, orderBy }: JqlQuery, replace: Replace): string {
  const order = orderBy.map(({ field, direction }) =>
    [encodeField(field), ...(direction ? [direction.toUpperCase()] : [])].join(' '),
  );
  return [
    ...(where ? [writeClause(where, replace)] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
  ].join(' ');
}
