import * as z from 'zod/mini';
import { en } from 'zod/v4/locales';
import { FactoryError } from '../shared/errors';

/** Where in a document something is wrong, as people write it: `channels[0].name`. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}

/**
 * Parses `value`, or throws `bad-input` with the first thing that is wrong.
 * @param what name of the document, for example `seed of the Slack twin`
 */
export function checked<T extends z.ZodMiniType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = z.safeParse(schema, value, { error: en().localeError });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue && issue.path.length > 0 ? ` at ${placeOf(issue.path).replace(/^\./, '')}` : '';
  throw new FactoryError(
    'bad-input',
    `The ${what} is not valid${place}: ${issue?.message ?? 'unknown problem'}.`,
    {
      hint: 'Correct or remove that value; the documentation of the twin lists every key.',
      cause: result.error,
    },
  );
}
