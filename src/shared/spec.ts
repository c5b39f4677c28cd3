/** What a spec says, as data. Lines are 1-based, columns 0-based. */
export interface Spec {
  path: string;
  title: string;
  summary: string;
  category: string;
  commands: SpecCommands;
  /** Environment of the program; values may hold placeholders such as `{{twin.slack.url}}`. */
  env: Record<string, string>;
  twins: string[];
  services: Record<string, { use: string; version?: string }>;
  glossary: Record<string, string>;
  requirements: Requirement[];
  assumptions: string[];
  /** The whole Markdown text, exactly as sealed. */
  text: string;
}

export interface SpecCommands {
  setup?: string;
  build?: string;
  lint?: string;
  test?: string;
  /** argv of the program under test, from the repository root. */
  program?: string[];
  /** Servers by name; `start: {run}` in a spec is the one named `default`. */
  start?: Record<string, { run: string; ready?: { port: string } }>;
}

export type Modality = 'MUST' | 'SHOULD' | 'MAY';

export interface Requirement {
  id: string;
  modality: Modality;
  text: string;
  examples: string[];
  range: Range;
}

export interface Range {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

export type Severity = 'error' | 'warning' | 'info';

/** One result of parsing or linting a spec. */
export interface Finding {
  rule: string;
  severity: Severity;
  message: string;
  /** What to do about it, one sentence. */
  hint: string;
  range: Range;
  /** A change of the text that mends it, where one is certain enough to offer. */
  fix?: Fix;
}

/** Edits refer to the text as it was when the finding was made and do not overlap. */
export interface Fix {
  /** What the change does, as a menu entry: `Rename to 'commands'`. */
  title: string;
  edits: { range: Range; text: string }[];
}
