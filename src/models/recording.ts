import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import * as z from 'zod/mini';
import { FactoryError, messageOf } from '../shared/errors';
import type { Observation } from './observation';

/** `recording.json`: what a recording belongs to. */
export interface RecordingHeader {
  version: 1;
  /** SHA-256 (hex) of the spec it was recorded for. */
  spec: string;
  /** Model ids by role. */
  models: Record<string, string>;
}

/** One line of `<agent>.jsonl`: what had happened since the last answer, and the answer. */
export interface RecordedTurn {
  turn: number;
  since: Observation[];
  message: BetaMessage;
}

const header = z.object({
  version: z.literal(1),
  spec: z.string(),
  models: z.record(z.string(), z.string()),
});

const recordedTurn = z.object({
  turn: z.int(),
  since: z.array(
    z.object({
      tool: z.string(),
      ok: z.boolean(),
      exit: z.nullable(z.number()),
      files: z.record(z.string(), z.nullable(z.string())),
    }),
  ),
  message: z.looseObject({
    type: z.literal('message'),
    content: z.array(z.looseObject({ type: z.string() })),
    usage: z.looseObject({ input_tokens: z.number(), output_tokens: z.number() }),
  }),
});

/** Creates the folder of a recording, or goes on with the one that is there. */
export async function writeRecordingHeader(dir: string, content: RecordingHeader): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(headerFile(dir), JSON.stringify(content, null, 2) + '\n');
}

/** @throws FactoryError `bad-input` when the folder holds no recording this version understands. */
export async function readRecordingHeader(dir: string): Promise<RecordingHeader> {
  const file = headerFile(dir);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw badRecording(`There is no recording in ${dir}: ${messageOf(error)}.`, error);
  });
  return parse(header, text, file);
}

/**
 * The turns of one agent, in order of turns. A turn that was recorded again replaces the one before and
 * everything after it; a last line that a crash left torn does not count.
 * @throws FactoryError `bad-input` for anything else that is not a recorded turn.
 */
export async function readTurns(dir: string, agent: string): Promise<RecordedTurn[]> {
  const file = turnsFile(dir, agent);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw badRecording(`The recording holds nothing of ${agent}: ${messageOf(error)}.`, error);
  });
  let turns: RecordedTurn[] = [];
  // What follows the last newline is empty, or torn.
  for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
    // The schema checks what replay relies on; the rest of the message is the service's own.
    const turn = parse(recordedTurn, line, `${file}:${i + 1}`) as unknown as RecordedTurn;
    turns = [...turns.filter((earlier) => earlier.turn < turn.turn), turn];
  }
  return turns;
}

/** Adds a turn in one write, after dropping what a crash may have left of the line before. */
export async function appendTurn(dir: string, agent: string, turn: RecordedTurn): Promise<void> {
  await mkdir(dir, { recursive: true });
  const file = await open(turnsFile(dir, agent), 'a+');
  try {
    const kept = await file.readFile();
    const whole = kept.lastIndexOf(0x0a) + 1;
    if (whole < kept.length) await file.truncate(whole);
    await file.appendFile(JSON.stringify(turn) + '\n');
  } finally {
    await file.close();
  }
}

function headerFile(dir: string): string {
  return path.join(dir, 'recording.json');
}

/** Percent-encoding keeps separators and what file systems refuse out of the name, and names apart. */
function turnsFile(dir: string, agent: string): string {
  const name = encodeURIComponent(agent).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return path.join(dir, `${name}.jsonl`);
}

function parse<T>(schema: z.ZodMiniType<T>, text: string, where: string): T {
  try {
    return z.parse(schema, JSON.parse(text));
  } catch (error) {
    throw badRecording(`${where} is not what a recording holds there.`, error);
  }
}

function badRecording(message: string, cause: unknown): FactoryError {
  return new FactoryError('bad-input', message, {
    hint: 'Check the folder after replay:, or record it anew with --source record:DIR.',
    cause,
  });
}
