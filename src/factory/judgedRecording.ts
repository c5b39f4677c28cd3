import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import type { JudgedBefore } from '../holdouts/judgedBefore';
import type { JudgeOptions } from '../holdouts/judgeProcess';
import { FactoryError, messageOf } from '../shared/errors';
import type { Source } from '../shared/source';

const saltSchema = z.strictObject({ salt: z.string() });
const lineSchema = z.strictObject({ key: z.string(), holds: z.nullable(z.boolean()) });

/**
 * What models answered about hidden scenarios, beside the other answers of a recording: a salt, and a line for each
 * question by its key. The last line for a key counts.
 * @param fail told when an answer could not be kept
 * @throws FactoryError 'bad-input' when it cannot be read
 */
export function judgedRecording(source: Source, fail: (reason: unknown) => void): JudgeOptions['judged'] {
  if (source.kind === 'anthropic') return undefined;
  const file = path.join(source.dir, 'judge.jsonl');
  const before = existsSync(file) ? readJudged(file) : undefined;
  if (source.kind === 'replay') return before;
  const salt = before?.salt ?? randomBytes(16).toString('hex');
  let begun = before !== undefined;
  const keep = (key: string, holds: boolean | null): void => {
    const lines = [...(begun ? [] : [{ salt }]), { key, holds }];
    try {
      appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      begun = true;
    } catch (error) {
      fail(
        new FactoryError('environment', `The recording in ${file} cannot be written: ${messageOf(error)}.`, {
          hint: 'Free space or choose another folder for --source record:DIR, then resume the run.',
          cause: error,
        }),
      );
    }
  };
  return { answers: {}, ...before, salt, keep };
}

function readJudged(file: string): JudgedBefore {
  try {
    const text = readFileSync(file, 'utf8');
    // What follows the last line feed is torn, where a crash left it.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) writeFileSync(file, whole);
    const [first = '', ...lines] = whole.split('\n').slice(0, -1);
    const answers = lines.map((line) => lineSchema.parse(JSON.parse(line)));
    const { salt } = saltSchema.parse(JSON.parse(first));
    return { salt, answers: Object.fromEntries(answers.map(({ key, holds }) => [key, holds])) };
  } catch (error) {
    throw new FactoryError('bad-input', `${file} is not what a recording holds there: ${messageOf(error)}.`, {
      hint: 'Record the run anew with --source record:DIR.',
      cause: error,
    });
  }
}
