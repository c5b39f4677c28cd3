import type { Range } from './spec';

/** Language id of `*.spec.md` files. */
export const specLanguage = 'dark-factory-spec';

/** Request from the editor: what the server knows about one open spec. Params {@link SpecRequestParams}, result {@link SpecSummary}, or null when the server does not have the document open. */
export const specRequest = 'darkFactory/spec';

export interface SpecRequestParams {
  uri: string;
}

export interface SpecSummary {
  /** In the order of the text. Lines are 1-based, columns 0-based, as everywhere in `Range`. */
  requirements: { id: string; range: Range }[];
  /** All findings, errors included. */
  findings: number;
  /** Findings that stop a run. */
  errors: number;
}

/** Notification from the editor: how many scenarios cover each requirement. The server lints the document again. */
export const coverageNotification = 'darkFactory/coverage';

export interface CoverageParams {
  uri: string;
  /** Number of scenarios by requirement id; a requirement that is not named has none. */
  scenariosCovering: Record<string, number>;
}
