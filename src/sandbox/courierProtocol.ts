/** What the courier asks the host, one JSON value on a connection of its own: a call of the program. */
export interface ProgramCall {
  argv: string[];
  /** Absolute, in the sandbox of the suite. */
  cwd: string;
  /** Base64. */
  stdin: string;
  /** Files that the suite made and an argument names: base64 by absolute path. */
  files: Record<string, string>;
}

/** How the call ended. */
export interface ProgramAnswer {
  exit: number;
  stdout: string;
  stderr: string;
}
