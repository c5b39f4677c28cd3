/** What may leave the vault about a scenario. */
export interface SealedScenario {
  /** `H-` and six random characters. */
  id: string;
  covers: string[];
  half: 'feedback' | 'sealed';
  weight: number;
}

export interface Verdict {
  scenario: string;
  covers: string[];
  passed: boolean;
}
