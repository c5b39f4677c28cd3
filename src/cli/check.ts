import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { feedbackBudget } from '../factory/budget';
import type { Policy } from '../factory/policy';
import { settlePolicy } from '../factory/policyOf';
import { budgetFinding, budgetRule } from '../holdouts/budget';
import type { Vault } from '../holdouts/vault';
import type { Finding, Spec } from '../shared/spec';
import { lintSpec } from '../spec/lint';
import { visibleLine } from '../shared/visible';
import { parseSpec } from '../spec/parse';
import { knownVault } from './holdouts';
import { hostOf } from './host';
import { readWords, storeOf, text } from './options';

const usage = 'dark-factory check SPEC… [--workspace DIR] [--key-fd N] [--store DIR] [--json]';
const options = {
  workspace: { type: 'string' },
  'key-fd': { type: 'string' },
  store: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** A finding about a spec, or about what judges it. */
type Told = Pick<Finding, 'rule' | 'severity' | 'message' | 'hint'> & { line: number; column: number };

/**
 * `check SPEC…`: what the spec rules say, and, when the key of the vault is given, how far its budget goes; exit code 1
 * when a finding is an error.
 */
export async function checkCommand(args: string[]): Promise<number> {
  const words = readWords(args, options, usage);
  if (words.positionals.length === 0) {
    throw new FactoryError('bad-input', 'No spec was named.', { hint: `Usage: ${usage}` });
  }
  const json = words.values['json'] === true;
  const workspace = path.resolve(text(words, 'workspace') ?? path.dirname(words.positionals[0]!));
  const vault = await knownVault({ ...words, values: { ...words.values, workspace } });
  const { policy } = await settlePolicy({ workspace }, hostOf(words, storeOf(words)).limits);
  let errors = 0;
  for (const file of words.positionals) {
    const { spec, findings } = parseSpec(await readSpec(file), file);
    const about: Told[] = [...findings, ...lintSpec(spec, {}, {})].map(({ range, ...finding }) => ({
      ...finding,
      line: range.startLine,
      column: range.startColumn + 1,
    }));
    const all = [...about, ...(vault ? [budgetOfSpec(spec, policy, vault)] : [])];
    errors += all.filter((finding) => finding.severity === 'error').length;
    for (const { line, column, rule, severity, message, hint } of all) {
      process.stdout.write(
        json
          ? `${JSON.stringify({ file, line, column, rule, severity, message, hint })}\n`
          : `${visibleLine(`${file}:${line}:${column} ${severity} ${rule}: ${message} ${hint}`.trimEnd())}\n`,
      );
    }
    if (about.length === 0 && !json) {
      process.stdout.write(`${file}: ${spec.requirements.length} requirements, nothing to mend.\n`);
    }
  }
  return errors ? 1 : 0;
}

function budgetOfSpec({ requirements }: Spec, policy: Policy, vault: Vault): Told {
  const finding = budgetFinding(feedbackBudget(policy, requirements, vault));
  return { ...finding, rule: budgetRule, line: 1, column: 1 };
}

/** @throws FactoryError 'bad-input' when the file cannot be read. */
async function readSpec(file: string): Promise<string> {
  try {
    return await readFile(path.resolve(file), 'utf8');
  } catch (error) {
    throw new FactoryError('bad-input', `The spec ${file} could not be read.`, {
      hint: 'Check its path.',
      cause: error,
    });
  }
}
