import { examineMachine, findingsText, mayRun } from '../factory/doctor';
import { containerOption, runInContainer } from './container';
import { readWords, storeOf, text } from './options';
import { programsFolder } from './programs';

const usage = 'dark-factory doctor [--store DIR] [--container IMAGE] [--json]';

/** `doctor`: tries every wall of this machine; exit code 1 when one is missing. */
export async function doctorCommand(args: string[]): Promise<number> {
  const options = { store: { type: 'string' }, json: { type: 'boolean' }, ...containerOption } as const;
  const words = readWords(args, options, usage);
  const container = text(words, 'container');
  if (container !== undefined) return runInContainer(container, ['doctor', words], { store: storeOf(words) });
  const findings = await examineMachine({
    programs: programsFolder(),
    store: storeOf(words),
    workspace: process.cwd(),
  });
  const ok = mayRun(findings);
  process.stdout.write(
    words.values['json'] ? `${JSON.stringify({ ok, findings })}\n` : findingsText(findings),
  );
  return ok ? 0 : 1;
}
