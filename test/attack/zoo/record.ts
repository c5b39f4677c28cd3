import { hash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AttackDoc } from '../attack';

/** What somebody with access to the store does to an unfinished run, so that its verdict would mean something else. */
export interface RecordAttack extends AttackDoc {
  /** @param dir folder of the run */
  tamper: (dir: string) => void;
  /** What the refusal says. */
  says: RegExp;
}

const chain = {
  rule: 13,
  leaves: 'run.created',
  stoppedBy:
    'Every line of the journal holds the hash of the one before; a run is resumed only when all fit.',
} as const;
const seal = {
  rule: 13,
  leaves: 'run.sealed',
  stoppedBy: 'What a run began with is authenticated with a key that agents cannot reach.',
} as const;
const vault = {
  rule: 13,
  leaves: 'run.sealed',
  stoppedBy: 'The vault’s manifest is authenticated, and so is every scenario in it.',
} as const;

function changeFile(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`Nothing was changed in ${file}.`);
  writeFileSync(file, after);
}

const changeLines = (dir: string, change: (lines: string[]) => string[]): void =>
  changeFile(path.join(dir, 'journal.jsonl'), (text) => `${change(text.trimEnd().split('\n')).join('\n')}\n`);

/** Files of the vault, the largest (a scenario) first. */
const vaultFiles = (dir: string): string[] =>
  readdirSync(path.join(dir, 'vault'), { recursive: true })
    .map((name) => path.join(dir, 'vault', String(name)))
    .filter((file) => statSync(file).isFile())
    .sort((a, b) => statSync(b).size - statSync(a).size);

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

export const recordAttacks: readonly RecordAttack[] = [
  {
    ...chain,
    id: 'changed-line',
    tries: 'changes the limit of money in a line of the journal',
    tamper: (dir) => changeLines(dir, (lines) => lines.map((line) => line.replace('"usd":10,', '"usd":99,'))),
    says: /its text does not match its hash/,
  },
  {
    ...chain,
    id: 'removed-line',
    tries: 'removes a line from the journal, to have what it says for free',
    tamper: (dir) => changeLines(dir, (lines) => lines.filter((_, at) => at !== 4)),
    says: /event 5 where 4 was expected/,
  },
  {
    ...chain,
    id: 'swapped-lines',
    tries: 'changes the order of what happened',
    tamper: (dir) =>
      changeLines(dir, ([first = '', second = '', third = '', ...rest]) => [first, third, second, ...rest]),
    says: /event 2 where 1 was expected/,
  },
  {
    ...chain,
    id: 'added-line',
    tries: 'adds a verdict to the journal',
    tamper: (dir) =>
      changeLines(dir, (lines) => [
        ...lines,
        `{"seq":${lines.length},"at":0,"type":"validate.verdict","span":"0","parent":null,"data":{"key":"x","passed":true},"prev":"0","hash":"0"}`,
      ]),
    says: /not an event/,
  },
  {
    ...chain,
    id: 'rewritten-whole',
    stoppedBy:
      'Every line is signed with a key of the store; a new chain of hashes has no signatures that fit.',
    tries: 'rewrites the journal with all its hashes, and a higher limit of money',
    tamper: (dir) =>
      changeLines(dir, (lines) => {
        let prev = '0'.repeat(64);
        return lines.map((line) => {
          const [, text = '', rest = ''] = /^(.*),"hash":"\w+"(.*)$/.exec(line) ?? [];
          const body = `${text.replace('"usd":10,', '"usd":99,').replace(/"prev":"\w+"$/, `"prev":"${prev}"`)}}`;
          prev = hash('sha256', body);
          return `${body.slice(0, -1)},"hash":"${prev}"${rest}`;
        });
      }),
    says: /sign/,
  },
  {
    ...chain,
    id: 'cut-tail',
    stoppedBy: 'The head of the journal is anchored outside of its file.',
    tries: 'cuts off the end of the journal, to be refunded what was spent',
    tamper: (dir) => changeLines(dir, (lines) => lines.slice(0, 8)),
    says: /was tampered with/,
  },
  {
    ...seal,
    id: 'weaker-spec',
    tries: 'weakens the kept spec of an unfinished run',
    tamper: (dir) => changeFile(path.join(dir, 'spec.md'), (text) => text.replace('MUST print', 'MAY print')),
    says: /was tampered with/,
  },
  {
    ...seal,
    id: 'looser-policy',
    tries: 'loosens the kept policy of an unfinished run',
    tamper: (dir) =>
      changeFile(path.join(dir, 'policy.json'), (text) => text.replace('"attempts":3', '"attempts":1')),
    says: /was tampered with/,
  },
  {
    ...vault,
    id: 'changed-scenario',
    tries: 'changes a byte of every file in the vault',
    tamper: (dir) => vaultFiles(dir).forEach(flipByte),
    says: /vault|manifest|JSON/i,
  },
  {
    ...vault,
    id: 'removed-scenario',
    tries: 'removes a scenario it fears from the vault',
    tamper: (dir) => rmSync(vaultFiles(dir)[0] ?? ''),
    says: /vault|scenario/i,
  },
];
