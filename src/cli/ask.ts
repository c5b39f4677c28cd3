import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { FactoryError } from '../shared/errors';

/** Whether a person is at the terminal to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY;
}

/** Asks on the terminal; what is typed shows. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await answerOf(terminal, question);
  } finally {
    terminal.close();
  }
}

/** Asks for something secret: what is typed does not show. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const answer = answerOf(terminal, '');
    // The terminal's own echo is off by now.
    process.stderr.write(question);
    return await answer;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

export async function askYesNo(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}

/**
 * Has a person type a few words before something that can not be taken back.
 * @throws FactoryError 'needs-human' without a terminal, 'cancelled' when anything else is typed
 */
export async function confirmTyped(consequence: string, words: string): Promise<void> {
  if (!canAsk()) {
    throw new FactoryError('needs-human', `${consequence} Only a person at a terminal can say so.`, {
      hint: `Start the command on a terminal and type "${words}" when you are asked.`,
    });
  }
  process.stderr.write(`${consequence}\n`);
  if ((await ask(`Type "${words}" to go on: `)).trim() === words) return;
  throw new FactoryError('cancelled', 'Nothing was done.', { hint: `It goes on when "${words}" is typed.` });
}

/** @throws FactoryError 'cancelled' when the person ends the input (Ctrl-C, Ctrl-D) instead of answering */
function answerOf(terminal: Interface, question: string): Promise<string> {
  const ended = new Promise<never>((_resolve, reject) => {
    terminal.once('close', () =>
      reject(
        new FactoryError('cancelled', 'Nothing was answered, and nothing was done.', {
          hint: 'Start the command again.',
        }),
      ),
    );
  });
  return Promise.race([terminal.question(question), ended]);
}
