import type { Operand, Operator, Terminal } from './ast';
import { findFunction } from './functions';
import { encodeOperand } from './structure';

// Which operands an operator takes, whatever the field.

const listOperators = new Set<Operator>(['in', 'not in', 'was in', 'was not in']);
const noEmpty = new Set<Operator>(['in', 'not in', '>', '>=', '<', '<=', 'was in', 'was not in']);

const operatorNames: Readonly<Record<Operator, string>> = {
  '=': 'EQUALS',
  '!=': 'NOT_EQUALS',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_EQUALS',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_EQUALS',
  '~': 'LIKE',
  '!~': 'NOT_LIKE',
  in: 'IN',
  'not in': 'NOT_IN',
  is: 'IS',
  'is not': 'IS_NOT',
  was: 'WAS',
  'was not': 'WAS_NOT',
  'was in': 'WAS_IN',
  'was not in': 'WAS_NOT_IN',
  changed: 'CHANGED',
};

export const hasHistory = (operator: Operator): boolean =>
  operator === 'changed' || operator.startsWith('was');

const isList = (operand: Operand): boolean =>
  operand.kind === 'list' || (operand.kind === 'function' && findFunction(operand.name)?.isList === true);

/** An operand as messages name it: text in quotes only where it is quoted in the query's own form. */
const named = (operand: Operand): string => encodeOperand(operand);

function refusePredicates({ operator, operand, predicates }: Terminal): string | null {
  const [first] = predicates;
  const wrong =
    first && !hasHistory(operator)
      ? first
      : operator === 'changed'
        ? undefined
        : predicates.find((predicate) => predicate.operator === 'from' || predicate.operator === 'to');
  if (wrong) {
    const value = wrong.operand.kind === 'value' ? wrong.operand.value : encodeOperand(wrong.operand);
    return `The ${operatorNames[operator]} operator does not support the use of the ${wrong.operator} "${value}" predicate.`;
  }
  if (operator !== 'changed' || operand === null) return null;
  return `The CHANGED operator does not support the use of values without predicates. You must prefix the ${encodeOperand(operand)} value with a suitable predicate.`;
}

/** Why an operator does not take its operand, in Jira's words, or null. */
export function refuseUsage(clause: Terminal): string | null {
  const { operator, operand, field } = clause;
  const wrong = refusePredicates(clause);
  if (wrong !== null || operand === null) return wrong;
  const where = `for field '${field.name}'.`;
  if (operand.kind === 'empty') {
    if (!noEmpty.has(operator)) return null;
    return `Operator '${operator}' does not support the empty value representation 'EMPTY' ${where}`;
  }
  if (operator === 'is' || operator === 'is not') {
    return `Operator '${operator}' does not support searching for non-empty values ${where}`;
  }
  if (operand.kind === 'function' && !findFunction(operand.name)) return null;
  if (listOperators.has(operator) && !isList(operand)) {
    const value = operand.kind === 'value' && !operand.isNumber ? `"${operand.value}"` : named(operand);
    return `Operator '${operator}' does not support the non-list value '${value}' ${where}`;
  }
  if (!listOperators.has(operator) && isList(operand)) {
    return `Operator '${operator}' does not support the list value '${named(operand)}' ${where}`;
  }
  return null;
}
