/** A program's own environment together with what leads it to the twins; of `NODE_OPTIONS` it needs both. */
export function withRedirect(
  redirect: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const options = [redirect['NODE_OPTIONS'], own['NODE_OPTIONS']].filter((part) => part !== undefined);
  return { ...redirect, ...own, ...(options.length > 0 ? { NODE_OPTIONS: options.join(' ') } : {}) };
}
