// The judge's own process: here, and nowhere else, scenarios are decrypted during a run. It ends with its input.
import { createInterface } from 'node:readline';
import { createSandbox } from '../sandbox/sandbox';
import type { Sandbox } from '../sandbox/types';
import { FactoryError } from '../shared/errors';
import { planTwins } from '../twins/plan';
import { judgeScenario } from './judge';
import { answeredBefore, kept } from './judgedBefore';
import {
  type Grant,
  maxAnswer,
  openingNumber,
  type Opening,
  type PrintOpening,
  type PrintsAnswer,
  type Question,
  type Said,
} from './judgeProtocol';
import type { AskModel } from './modelJudge';
import { printsOf } from './prints';
import { openPurse } from './purse';
import { openVault, type Vault } from './vault';

interface Court {
  vault: Vault;
  sandbox: Sandbox;
  askModel?: AskModel;
  /** Answers are from a recording. */
  replays: boolean;
}

function say(said: Said): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

const purse = openPurse(say);

/** Hands out the prints of all scenarios; the process ends when they are written. */
async function print({ vault, key }: PrintOpening): Promise<void> {
  const opened = await openVault({ ...vault, key: Buffer.from(key, 'hex') });
  const answer: PrintsAnswer = { prints: await printsOf(opened) };
  await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()));
}

/** Only our own errors have words that are known to hold nothing of a scenario. */
function told(error: unknown) {
  const { code, message, hint } =
    error instanceof FactoryError
      ? error
      : new FactoryError('failed', 'The judge failed.', {
          hint: 'This is a defect of the factory; please report it.',
        });
  const cut = (text: string) => text.slice(0, maxAnswer / 8);
  return { code, message: cut(message), hint: cut(hint) };
}

async function open({ vault, key, programs, hidden, model, judged }: Opening): Promise<Court> {
  const [opened, sandbox] = await Promise.all([
    openVault({ ...vault, key: Buffer.from(key, 'hex') }),
    createSandbox({ programs, hidden }),
  ]);
  const court = { vault: opened, sandbox, replays: !model };
  if (!model) return judged ? { ...court, askModel: answeredBefore(judged) } : court;
  // The client is large, and few scenarios ask.
  const askModel: AskModel = async (question, signal) =>
    (await import('./askModel')).openAskModel(model, purse)(question, signal);
  if (!judged) return { ...court, askModel };
  return { ...court, askModel: kept(askModel, judged.salt, (key, holds) => say({ judged: key, holds })) };
}

async function answer(court: Court, { number, scenario, bench }: Question, signal: AbortSignal) {
  try {
    const open = await court.vault.scenario(scenario);
    const { sandbox, askModel, replays } = court;
    let replayed = false;
    const ask: AskModel | undefined =
      askModel &&
      ((...question) => {
        replayed = replays;
        return askModel(...question);
      });
    const context = { ...bench, sandbox, planTwins, signal, ...(ask ? { askModel: ask } : {}) };
    const { passed, trouble } = await judgeScenario(open, context);
    say({ number, passed, ...(trouble === undefined ? {} : { trouble }), ...(replayed ? { replayed } : {}) });
  } catch (error) {
    say({ number, failure: told(error) });
  }
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return;
  const opening = JSON.parse(first.value) as Opening | PrintOpening;
  if ('prints' in opening) return print(opening);
  const court = await open(opening);
  say({ number: openingNumber, ready: true });
  const stop = new AbortController();
  const answering: Promise<void>[] = [];
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const heard = JSON.parse(line.value) as Question | Grant;
    if ('grant' in heard) purse.hear(heard);
    else answering.push(answer(court, heard, stop.signal));
  }
  stop.abort();
  await Promise.all(answering);
}

// Nobody is left to hear.
process.stdout.on('error', () => process.exit(1));
// Older versions of Node know no option for it: the signal must not open an inspector.
process.on('SIGUSR1', () => undefined);
main().then(
  () => process.exit(0),
  (error: unknown) => {
    say({ number: openingNumber, failure: told(error) });
    process.exit(1);
  },
);
