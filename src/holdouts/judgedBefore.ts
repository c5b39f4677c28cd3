import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { FactoryError } from '../shared/errors';
import { type AskModel, type ModelQuestion, ModelTrouble } from './modelJudge';

const derive = promisify<string, string, number, Buffer>(scrypt);

/** What models answered in a recorded run. No question is in it: keys are commitments that take long to guess. */
export interface JudgedBefore {
  salt: string;
  /** Whether a statement held, by the key of its question; null where the answer was none. */
  answers: Record<string, boolean | null>;
}

/** The key of a question: what was asked about does not count, as in every replay. */
async function keyOf(salt: string, { about }: ModelQuestion): Promise<string> {
  return (await derive(about, salt, 16)).toString('hex');
}

/** Asks, and has the answer kept. */
export function kept(
  ask: AskModel,
  salt: string,
  keep: (key: string, holds: boolean | null) => void,
): AskModel {
  return async (question, signal) => {
    const holds = await ask(question, signal);
    keep(await keyOf(salt, question), holds);
    return holds;
  };
}

/** Answers as it was answered before. @throws ModelTrouble for what was never asked */
export function answeredBefore({ salt, answers }: JudgedBefore): AskModel {
  return async (question) => {
    const key = await keyOf(salt, question);
    if (Object.hasOwn(answers, key)) return answers[key] ?? null;
    const message = `Scenario ${question.scenario} asks a model what was not asked when this was recorded.`;
    throw new ModelTrouble(
      new FactoryError('failed', message, {
        hint: 'Run it live, or record it anew with --source record:DIR.',
      }),
    );
  };
}
