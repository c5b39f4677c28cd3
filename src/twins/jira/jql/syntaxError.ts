/** Where something stands in a query; both count from 1. */
export interface Position {
  line: number;
  character: number;
}

/** A query that does not follow the grammar; the message is Jira's. */
export class JqlSyntaxError extends Error {}

/** Refuses a query. @param at left out at the end of the query, which has no position in Jira's messages */
export function refuseQuery(message: string, at?: Position, opening = 'Error in the JQL Query'): never {
  const place = at ? ` (line ${at.line}, character ${at.character})` : '';
  throw new JqlSyntaxError(`${opening}: ${message}${place}`);
}
