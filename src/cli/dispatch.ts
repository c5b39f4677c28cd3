import { exitCodes, FactoryError, messageOf } from '../shared/errors';
import { machineTrouble } from '../workspace/files';
import { visibleLine } from '../shared/visible';

// First of all: what is loaded or started later must not find the keys in the environment.
import './secrets';

type Command = (args: string[]) => Promise<number>;

/** Every command of the command line; each loads only what it needs. */
const commands: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./run')).runCommand,
  resume: async () => (await import('./run')).resumeCommand,
  runs: async () => (await import('./runs')).runsCommand,
  cancel: async () => (await import('./runs')).cancelCommand,
  check: async () => (await import('./check')).checkCommand,
  holdouts: async () => (await import('./holdouts')).holdoutsCommand,
  twin: async () => (await import('./twin')).twinCommand,
  trace: async () => (await import('./trace')).traceCommand,
  verify: async () => (await import('./trace')).verifyCommand,
  doctor: async () => (await import('./doctor')).doctorCommand,
};

const usage = `usage: dark-factory COMMAND

  run SPEC [--workspace DIR] [--source anthropic|replay:DIR|record:DIR] [--base-url URL]
      [--role NAME=MODEL]… [--holdouts DIR] [--policy FILE] [--store DIR] [--container IMAGE] [--json]
  resume RUN [--approve] [--base-url URL] [--store DIR] [--container IMAGE] [--json]
  runs [--store DIR] [--json]          what ran, newest first
  cancel RUN [--store DIR]             end a run that is going on
  check SPEC… [--workspace DIR] [--key-fd N] [--store DIR] [--json]
                                       lint specs; with a vault's key, its feedback budget
  holdouts import DIR | list | remove ID… | reveal ID | verdicts RUN [ID…]
      | export DIR | rotate | passphrase | accept [--workspace DIR] [--key-fd N] [--identity FILE] [--store DIR]
  holdouts identity NAME | members | admit CARD | dismiss NAME [--keep] | share DIR | receive DIR
                                       the vault of a team; share and receive with --identity FILE
  twin NAME [--port N] [--seed FILE]   serve one digital twin, by name or openapi:FILE
  trace RUN [--format otlp|perfetto|html|json] [--store DIR]
  verify RUN [--store DIR]             check a run's record and evidence
  doctor [--container IMAGE] [--json]  try every wall of this machine, or of a container

With --container a command runs in podman or docker, for machines that are no Linux or cannot build the walls.
A live run reads its key from ANTHROPIC_API_KEY.
Exit codes: 0 accepted/ok · 1 rejected/findings · 2 bad usage or input · 3 needs a person · 4 over budget ·
5 contaminated · 6 failed · 130 cancelled.
`;

/** Runs one command line. @returns the exit code. */
export async function dispatch(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? process.stderr : process.stdout).write(usage);
    return name === undefined ? 2 : 0;
  }
  const json = rest.includes('--json');
  try {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) {
      throw new FactoryError('bad-input', `There is no command "${name}".`, {
        hint: 'See: dark-factory --help',
      });
    }
    const command = await load();
    return await command(rest);
  } catch (error) {
    return report(error, json);
  }
}

/** Says in one sentence what went wrong and what to do. @returns the exit code. */
function report(error: unknown, json: boolean): number {
  const known = error instanceof FactoryError ? error : machineTrouble(error);
  const code = known?.code ?? 'failed';
  const message = messageOf(known ?? error);
  const hint = known?.hint ?? 'This is a defect of Dark Factory; please report it with the command you ran.';
  // Messages quote specs, policies and models, which may come from anyone.
  const line = json ? JSON.stringify({ code, message, hint }) : visibleLine(`${message} ${hint}`);
  process.stderr.write(`${line}\n`);
  return exitCodes[code];
}
