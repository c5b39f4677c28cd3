/** An error and what it was caused by, outermost first. */
export function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; at !== undefined && at !== null && !chain.includes(at);) {
    chain.push(at);
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}

/** Codes of failures before a connection stood: nothing of the request left this machine. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_(TLS|SSL)_.*|.*CERT.*|.*SIGNATURE.*)$/;

/** The failure that kept a request from being sent at all, when that is why it failed. */
export function neverSent(error: unknown): Error | undefined {
  return causesOf(error).find(
    (cause): cause is Error =>
      cause instanceof Error &&
      'code' in cause &&
      typeof cause.code === 'string' &&
      beforeSending.test(cause.code),
  );
}
