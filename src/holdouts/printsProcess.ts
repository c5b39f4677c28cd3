import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Writable } from 'node:stream';
import { FactoryError } from '../shared/errors';
import { failureOf, type PrintOpening, type PrintsAnswer } from './judgeProtocol';
import { startOwn } from './ownProcess';
import type { Prints } from './prints';
import type { VaultAccess } from './vault';

/**
 * Has the scenarios of a vault decrypted in a process of their own, which ends when their prints are made.
 * @param programs folder with the bundled programs
 * @throws FactoryError when the vault cannot be opened or the process ended
 */
export async function takePrints({ key, ...vault }: VaultAccess, programs: string): Promise<Prints> {
  const child = startOwn(programs);
  const ended = once(child, 'close');
  const input = child.stdin as Writable;
  input.on('error', () => undefined); // How the process ended is told by its end.
  const opening: PrintOpening = { vault, key: Buffer.from(key).toString('hex'), prints: true };
  input.end(`${JSON.stringify(opening)}\n`);
  const [said] = await Promise.all([text(child.stdout!), ended]);
  const answer = parsed(said);
  if ('prints' in answer) return answer.prints;
  throw failureOf(answer);
}

function parsed(said: string): PrintsAnswer {
  try {
    return JSON.parse(said) as PrintsAnswer;
  } catch (error) {
    throw new FactoryError('failed', 'The process that reads hidden scenarios ended before it was done.', {
      hint: 'Resume the run to try again.',
      cause: error,
    });
  }
}
