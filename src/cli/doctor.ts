import { examineMachine, findingsText, mayRun } from '../factory/doctor';
import { readWords, storeOf } from './options';

const usage = 'dark-factory doctor [--store DIR] [--json]';

/** `doctor`: tries every wall of this machine; exit code 1 when one is missing. */
export async function doctorCommand(args: string[]): Promise<number> {
  const words = readWords(args, { store: { type: 'string' }, json: { type: 'boolean' } }, usage);
  const findings = await examineMachine({
    programs: __dirname,
    store: storeOf(words),
    workspace: process.cwd(),
  });
  const ok = mayRun(findings);
  process.stdout.write(
    words.values['json'] ? `${JSON.stringify({ ok, findings })}\n` : findingsText(findings),
  );
  return ok ? 0 : 1;
}
