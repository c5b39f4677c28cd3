import { appendFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** One line of the record: who read which scenarios, when and for what; never what they say. */
export interface Decryption {
  at: string;
  user: string;
  host: string;
  pid: number;
  why: string;
  scenarios: string[];
}

/** The record of a vault's decryptions lies beside its folder. */
export function decryptionsFile(dir: string): string {
  return path.join(path.dirname(dir), 'decryptions.jsonl');
}

/** Notes that scenarios are about to be decrypted; to be called before they are. */
export async function noteDecryption(dir: string, why: string, scenarios: string[]): Promise<void> {
  const line: Decryption = {
    at: new Date().toISOString(),
    user: userName(),
    host: os.hostname(),
    pid: process.pid,
    why,
    scenarios,
  };
  await appendFile(decryptionsFile(dir), `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** Who works here, for records that people read. */
export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // Containers run as users that have no name.
    return String(process.getuid?.() ?? '');
  }
}
