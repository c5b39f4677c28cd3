import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';
import { lintSpec } from '../spec/lint';
import { visibleLine } from '../shared/visible';
import { parseSpec } from '../spec/parse';
import { readWords } from './options';

const usage = 'dark-factory check SPEC… [--json]';

/** `check SPEC…`: what the spec rules say; exit code 1 when one of them is an error. */
export async function checkCommand(args: string[]): Promise<number> {
  const words = readWords(args, { json: { type: 'boolean' } }, usage);
  if (words.positionals.length === 0) {
    throw new FactoryError('bad-input', 'No spec was named.', { hint: `Usage: ${usage}` });
  }
  let errors = 0;
  for (const file of words.positionals) {
    const { spec, findings } = parseSpec(await readSpec(file), file);
    const all = [...findings, ...lintSpec(spec, {}, {})];
    errors += all.filter((finding) => finding.severity === 'error').length;
    for (const { range, rule, severity, message, hint } of all) {
      const place = `${file}:${range.startLine}:${range.startColumn + 1}`;
      process.stdout.write(
        words.values['json'] === true
          ? `${JSON.stringify({ file, line: range.startLine, column: range.startColumn + 1, rule, severity, message, hint })}\n`
          : `${visibleLine(`${place} ${severity} ${rule}: ${message} ${hint}`)}\n`,
      );
    }
    if (all.length === 0 && words.values['json'] !== true) {
      process.stdout.write(`${file}: ${spec.requirements.length} requirements, nothing to mend.\n`);
    }
  }
  return errors ? 1 : 0;
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
