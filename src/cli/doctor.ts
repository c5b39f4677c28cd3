import { probeMachine } from '../sandbox/sandbox';

/** `doctor`: what this machine offers and what to mend; exit code 1 when a wall is missing. */
export async function doctorCommand(): Promise<number> {
  const probes = await probeMachine();
  for (const { name, ok, detail, hint } of probes) {
    process.stdout.write(`${ok ? '✓' : '✗'} ${name}: ${detail}${ok ? '' : ` ${hint}`}\n`);
  }
  return probes.every((probe) => probe.ok) ? 0 : 1;
}
