import { FactoryError } from '../shared/errors';

/** The vault is not the one that is noted; a person may say that it is as it should be. */
export class UnanchoredVault extends FactoryError {
  constructor(
    message: string,
    hint: string,
    /** Forgets what is noted, which only a person may ask for: the vault is taken as it is then. */
    readonly accept: () => Promise<void>,
  ) {
    super('failed', message, { hint });
  }
}
