import type { FactoryError } from '../shared/errors';

/**
 * Carries a FactoryError out of SDK middleware. The SDK retries whatever reads like a timeout, judging by the
 * text of the error and of its cause, so a message that names `src/timeout.ts` would be sent again: the failure
 * travels beside the text. `explainModelError` takes it out again.
 */
export class Stopped extends Error {
  constructor(readonly failure: FactoryError) {
    super('The factory stopped this request.');
    this.name = 'Stopped';
  }
}
