import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { FactoryError } from '../shared/errors';
import type { JudgedBefore } from './judgedBefore';
import { type Paying, pay, type Till } from './judgeMoney';
import {
  failureOf,
  type Grant,
  type JudgeAnswer,
  type JudgeModel,
  maxAnswer,
  type Opening,
  openingNumber,
  type Question,
  type Said,
  saidSchema,
} from './judgeProtocol';
import { startOwn } from './ownProcess';
import type { Bench, Verdict } from './types';
import type { VaultAccess } from './vault';

export interface JudgeOptions {
  vault: VaultAccess;
  /** Folder with the bundled programs. */
  programs: string;
  /** Folders that no pod may show. */
  hidden: readonly string[];
  /** Whom `judge` steps ask, and who pays for it; nobody is asked when left out. */
  model?: JudgeModel & { till: Till };
  /** The recording of what models answered: added to by `keep`, or, without a model, asked in its place. */
  judged?: JudgedBefore & { keep?(this: void, key: string, holds: boolean | null): void };
}

/** A verdict; `replayed` when a model's part in it is from a recording. */
export type Judged = Pick<Verdict, 'passed' | 'trouble'> & { replayed?: true };

/** A judge in a process of its own: it alone decrypts what is judged, and only ids and verdicts come from it. */
export interface Judge {
  /** Process id, for tests and people. */
  readonly pid: number;
  /** @throws FactoryError when the scenario cannot be read, the judge was closed or its process ended */
  judge(scenario: string, bench: Bench): Promise<Judged>;
  /** Ends it with everything it started, within 2 s. Idempotent. */
  close(): Promise<void>;
}

/** How long the judge may take to put its pods away; the kernel does it when the process is killed. */
const graceMs = 1500;

/** @throws FactoryError when the vault or the sandbox cannot be opened */
export async function startJudge(options: JudgeOptions): Promise<Judge> {
  const { programs, hidden } = options;
  const { key, ...vault } = options.vault;
  const { till, ...model } = options.model ?? {};
  const { keep, ...judged } = options.judged ?? {};
  const child = startOwn(programs);
  const input = child.stdin as Writable;
  input.on('error', () => undefined); // How the process ended is told by its end.
  const waiting = new Map<number, Settle>();
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      for (const { reject } of waiting.values()) reject(endedError());
      waiting.clear();
      paying?.end();
      resolve();
    };
    child.once('close', end).once('error', end);
  });
  const send = (line: Opening | Question | Grant): void => void input.write(`${JSON.stringify(line)}\n`);
  const paying = till && pay(till, send);
  hear(child, waiting, { paying, keep });

  const ask = (number: number, line: Opening | Question): Promise<JudgeAnswer> =>
    new Promise((resolve, reject) => {
      if (!input.writable) return reject(endedError());
      waiting.set(number, { resolve, reject });
      send(line);
    });
  let asked = openingNumber;
  let closed: Promise<void> | undefined;
  const close = async () => {
    input.end();
    const hardStop = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(hardStop);
  };

  const judge: Judge = {
    pid: child.pid ?? 0,
    async judge(scenario, bench) {
      const number = ++asked;
      const answer = await ask(number, { number, scenario, bench });
      if (!('passed' in answer)) throw endedError();
      const { passed, trouble, replayed } = answer;
      return { passed, ...(trouble === undefined ? {} : { trouble }), ...(replayed ? { replayed } : {}) };
    },
    close: () => (closed ??= close()),
  };
  try {
    await ask(openingNumber, {
      ...{ vault, key: Buffer.from(key).toString('hex'), programs, hidden },
      ...('id' in model ? { model } : {}),
      ...('salt' in judged ? { judged } : {}),
    });
    return judge;
  } catch (error) {
    await judge.close();
    throw error;
  }
}

interface Settle {
  resolve: (answer: JudgeAnswer) => void;
  reject: (error: FactoryError) => void;
}

/** Who hears what is no answer. */
interface Beside {
  paying: Paying | undefined;
  keep: NonNullable<JudgeOptions['judged']>['keep'] | undefined;
}

/** Gives each answer to who waits for it; a line that is none ends the judge. */
function hear(child: ChildProcess, waiting: Map<number, Settle>, beside: Beside): void {
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => {
    const answer = parse(line);
    if (answer && 'judged' in answer && beside.keep) return beside.keep(answer.judged, answer.holds);
    if (answer && !('number' in answer) && !('judged' in answer) && beside.paying?.hear(answer)) return;
    const settle = answer && 'number' in answer && waiting.get(answer.number);
    if (!settle) {
      child.kill('SIGKILL');
      return;
    }
    waiting.delete(answer.number);
    if (!('failure' in answer)) return settle.resolve(answer);
    settle.reject(failureOf(answer));
  });
}

function parse(line: string): Said | undefined {
  if (line.length > maxAnswer) return undefined;
  try {
    return saidSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const endedError = () =>
  new FactoryError('failed', 'The judge ended before it gave its verdict.', {
    hint: 'Resume the run to judge again; what was asked counts as asked.',
  });
