import type { Clause, JqlField, JqlQuery, Operand } from './ast';
import { encodeText } from './words';

// A parsed query as `POST /rest/api/3/jql/parse` shows it.

type Json = Record<string, unknown>;

/** A field as a query says it. */
export function encodeField({ name, customFieldId, property }: JqlField): string {
  if (customFieldId !== undefined) return name;
  if (!property) return encodeText(name);
  const { entity, key, path } = property;
  return `${entity}.property[${encodeText(key)}]${path && `.${path}`}`;
}

function fieldJson(field: JqlField): Json {
  return {
    name: field.name,
    encodedName: encodeField(field),
    ...(field.property ? { property: [field.property] } : {}),
  };
}

/** An operand as a query says it. */
export function encodeOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'value':
      return operand.isNumber ? operand.value : encodeText(operand.value);
    case 'function':
      return `${encodeText(operand.name)}(${operand.args.map(encodeText).join(', ')})`;
    case 'list':
      return `(${operand.values.map(encodeOperand).join(', ')})`;
    case 'empty':
      return 'empty';
  }
}

function operandJson(operand: Operand): Json {
  const encoded = encodeOperand(operand);
  switch (operand.kind) {
    case 'value':
      return { value: operand.value, encodedValue: encoded };
    case 'function':
      return { function: operand.name, arguments: operand.args, encodedOperand: encoded };
    case 'list':
      return { values: operand.values.map(operandJson), encodedOperand: encoded };
    case 'empty':
      return { keyword: 'empty', encodedOperand: encoded };
  }
}

function clauseJson(clause: Clause): Json {
  if (clause.kind === 'not') return { clauses: [clauseJson(clause.clause)], operator: 'not' };
  if (clause.kind !== 'terminal') {
    return { clauses: clause.clauses.map(clauseJson), operator: clause.kind };
  }
  const { field, operator, operand, predicates } = clause;
  const hasHistory = operator === 'changed' || operator.startsWith('was');
  return {
    field: fieldJson(field),
    operator,
    ...(operand ? { operand: operandJson(operand) } : {}),
    ...(hasHistory
      ? {
          predicates: predicates.map((one) => ({
            operator: one.operator,
            operand: operandJson(one.operand),
          })),
        }
      : {}),
  };
}

export function structureOf({ where, orderBy }: JqlQuery): Json {
  return {
    ...(where ? { where: clauseJson(where) } : {}),
    ...(orderBy.length > 0
      ? {
          orderBy: {
            fields: orderBy.map(({ field, direction }) => ({
              field: fieldJson(field),
              ...(direction ? { direction } : {}),
            })),
          },
        }
      : {}),
  };
}
