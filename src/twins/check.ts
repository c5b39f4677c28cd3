import * as z from 'zod/mini';
import { en } from 'zod/v4/locales';
import { FactoryError, type ErrorCode } from '../shared/errors';

/** Where in a document something is wrong, as people write it: `channels[0].name`. */
function placeOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return parts.join('').replace(/^\./, '');
}

/** How a value that is not valid is reported. */
export interface Complaint {
  /** Name of the value, for example `seed of the slack twin`. */
  what: string;
  code: ErrorCode;
  hint: string;
}

/** Parses `value`, or throws with the first thing that is wrong with it. */
export function checked<T extends z.ZodMiniType>(
  schema: T,
  value: unknown,
  complaint: Complaint,
): z.output<T> {
  const result = z.safeParse(schema, value, { error: en().localeError });
  if (result.success) return result.data;
  const { code, what, hint } = complaint;
  const [issue] = result.error.issues;
  const place = issue && issue.path.length > 0 ? ` at ${placeOf(issue.path)}` : '';
  const problem = issue?.message ?? 'it is of another kind';
  throw new FactoryError(code, `The ${what} is not valid${place}: ${problem}.`, {
    hint,
    cause: result.error,
  });
}

/** The same for JSON text; text that is no JSON becomes a value that no schema of ours accepts. */
export function checkedJson<T extends z.ZodMiniType>(
  schema: T,
  text: string,
  complaint: Complaint,
): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  return checked(schema, value, complaint);
}
