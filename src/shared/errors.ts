/** Why an operation could not go on; each maps to one exit code of the command line. */
export type ErrorCode =
  'bad-input' | 'environment' | 'needs-human' | 'over-budget' | 'contaminated' | 'failed' | 'cancelled';

/** Exit codes of the command line, as documented in the README. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  'bad-input': 2,
  environment: 2,
  'needs-human': 3,
  'over-budget': 4,
  contaminated: 5,
  failed: 6,
  cancelled: 130,
};

/** A failure a person can act on: `message` says what and where, `hint` what to do. */
export class FactoryError extends Error {
  readonly hint: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: { hint: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'FactoryError';
    this.hint = options.hint;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
