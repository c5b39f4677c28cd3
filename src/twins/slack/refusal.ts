/** What Slack adds to an error in its answer. */
export interface RefusalDetails {
  /** Lines of `response_metadata.messages`. */
  messages?: string[];
  /** Further members of the answer, such as `needed` and `provided`. */
  extra?: Record<string, unknown>;
}

/** An answer `{"ok": false, "error": code}`; the application turns it into HTTP. */
export class SlackRefusal extends Error {
  constructor(
    readonly code: string,
    readonly details: RefusalDetails = {},
  ) {
    super(code);
    this.name = 'SlackRefusal';
  }
}

export function refuse(code: string, details?: RefusalDetails): never {
  throw new SlackRefusal(code, details);
}

/** The newer methods' answer to an argument they cannot use. */
export function refuseArguments(message: string): never {
  refuse('invalid_arguments', { messages: [`[ERROR] ${message}`] });
}
