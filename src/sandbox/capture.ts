/** Keeps the beginning and the end of a stream within a number of bytes and counts what fell between. */
export interface Capture {
  push(chunk: Buffer): void;
  /** Bytes that were not kept. */
  dropped(): number;
  /** What was kept, with a line that says how much is missing, when something is. */
  text(): string;
}

export function createCapture(keepBytes: number): Capture {
  const headLimit = Math.ceil(keepBytes / 2);
  const tailLimit = keepBytes - headLimit;
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let total = 0;

  /** Cut only when twice as much is held, so that the cost per chunk stays constant. */
  function trimTail(limit: number) {
    if (tailBytes <= limit) return;
    const whole = Buffer.concat(tail);
    const kept = tailLimit === 0 ? Buffer.alloc(0) : Buffer.from(whole.subarray(-tailLimit));
    tail = [kept];
    tailBytes = kept.length;
  }

  return {
    push(chunk) {
      total += chunk.length;
      const forHead = chunk.subarray(0, Math.max(0, headLimit - headBytes));
      if (forHead.length > 0) head.push(forHead);
      headBytes += forHead.length;
      const rest = chunk.subarray(forHead.length);
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      trimTail(2 * tailLimit);
    },
    dropped: () => Math.max(0, total - keepBytes),
    text() {
      trimTail(tailLimit);
      const dropped = Math.max(0, total - keepBytes);
      const middle = dropped > 0 ? [Buffer.from(`\n[… ${dropped} bytes left out …]\n`)] : [];
      return Buffer.concat([...head, ...middle, ...tail]).toString('utf8');
    },
  };
}
