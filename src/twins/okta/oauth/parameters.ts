import type { Call } from '../call';

/** Parameters of a request that a browser brings, by GET or as a form. */
export function asked(call: Call, name: string): string | undefined {
  const sent = call.body[name];
  return typeof sent === 'string' ? sent : (call.query.get(name) ?? undefined);
}
