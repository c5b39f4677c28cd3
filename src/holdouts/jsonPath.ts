import { FunctionExpressionType, JSONPathEnvironment, type JSONPathQuery } from 'json-p3';
import { RE2JS } from 're2js';

/** RFC 9535 with `match` and `search` in linear time, because the data they run over may be hostile. */
const environment = new JSONPathEnvironment({ maxRecursionDepth: 100 });
for (const [name, test] of [
  ['match', (pattern: RE2JS, text: string) => pattern.matches(text)],
  ['search', (pattern: RE2JS, text: string) => pattern.matcher(text).find()],
] as const) {
  environment.functionRegister.set(name, {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call: (text: unknown, pattern: unknown) => {
      if (typeof text !== 'string' || typeof pattern !== 'string') return false;
      try {
        return test(RE2JS.compile(pattern), text);
      } catch {
        // RFC 9535 §2.4.6: a pattern that is none makes the function false.
        return false;
      }
    },
  });
}

/** What a path finds: the one value, if any, of a path that can name only one, else the list of all. */
export type Found = { one: unknown } | { many: unknown[] };

export function isJsonPath(path: string): boolean {
  return compile(path) !== null;
}

/** @throws Error when the path is none; scenarios are checked at import. */
export function queryJson(path: string, data: unknown): Found {
  const query = compile(path);
  if (!query) throw new Error('not a JSONPath');
  const values = query.query(data as Parameters<JSONPathQuery['query']>[0]).values();
  return query.singularQuery() ? { one: values[0] } : { many: values };
}

function compile(path: string): JSONPathQuery | null {
  try {
    return environment.compile(path);
  } catch {
    return null;
  }
}
