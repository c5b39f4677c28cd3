import path from 'node:path';
import { debuggerRole } from '../../agents/debugger';
import { FactoryError } from '../../shared/errors';
import type { EventData } from '../../shared/events';
import type { Scope } from '../../trace/journal';
import { removeTree } from '../../workspace/files';
import type { CommandResult as Ran } from '../../sandbox/types';
import { checkout } from '../../workspace/worktree';
import { runRole } from '../agent';
import { failurePrompt } from '../prompts';
import { latestEvent, type Run, RunEnded, scopeOf, stage } from '../run';
import { runSetup, workspaceInside } from '../setup';
import { homeOf, withPod } from '../world';

const commandTimeoutMs = 10 * 60_000;
const shownCharacters = 12_000;

/** The spec's commands that check a candidate, in order. */
export const checks = ['setup', 'build', 'lint', 'test'] as const;
type CommandResult = EventData['command.finished'];

/** Debug rounds used so far; every debugger of the run counts, whatever sent it. */
export interface Rounds {
  used: number;
}

/**
 * Runs the spec's commands on a clean checkout; a failure goes to a debugger until they pass.
 * @returns the commit that passed.
 */
export async function verify(run: Run, candidate: string, rounds: Rounds): Promise<string> {
  for (let commit = candidate; ;) {
    const visit = rounds.used + 1;
    const failed = await stage(run, 'verify', visit, async (scope) => {
      const result = await runChecks(run, commit, visit, scope);
      return { note: result ? `${result.name} failed` : 'passed', value: result };
    });
    if (!failed) return commit;
    commit = await debug(
      run,
      commit,
      rounds,
      failureOf(run, failed),
      `${failed.name} (${failed.command}) still fails`,
    );
  }
}

function failureOf(run: Run, failed: CommandResult): string {
  const output = run.engine.journal.read(failed.output);
  const status = failed.timedOut
    ? 'did not end in time'
    : `ended with exit status ${failed.exit ?? 'of a signal'}`;
  return failurePrompt(run, failed.name, failed.command, status, output.slice(-shownCharacters));
}

/** The first check that fails on a clean checkout of the commit, if any. */
async function runChecks(
  run: Run,
  commit: string,
  visit: number,
  scope: Scope,
): Promise<CommandResult | undefined> {
  const commands = checks.flatMap((name) => {
    const command = run.spec.commands[name];
    return command === undefined ? [] : [{ name, command, key: `verify/${visit}/${name}` }];
  });
  const { engine } = run;
  const known = commands.map(({ key }) => engine.result('command.finished', key));
  const failedBefore = known.find((result) => result && result.exit !== 0);
  if (failedBefore ?? known.every(Boolean)) return failedBefore;

  const folder = path.join(run.dir, 'verify');
  const home = homeOf(run, 'verify');
  await removeTree(folder);
  await removeTree(home);
  await checkout(run.repo, commit, folder);
  const [setup] = commands.filter(({ name }) => name === 'setup');
  if (setup) {
    const result = await check(run, setup, visit, scope, () =>
      runSetup(run, setup.command, { folder, home, scope }),
    );
    if (result.exit !== 0) return result;
  }
  return withPod(run, { name: 'verify', folder, scope }, async ({ pod, env, control }) => {
    for (const one of commands.filter(({ name }) => name !== 'setup')) {
      const result = await check(run, one, visit, scope, () =>
        pod.run({
          argv: ['bash', '-ceu', one.command],
          cwd: workspaceInside,
          // Only tests control twins: what is built must not know whether it is judged.
          env: one.name === 'test' ? { ...control, ...env } : env,
          timeoutMs: commandTimeoutMs,
          signal: engine.signal,
        }),
      );
      if (result.exit !== 0) return result;
    }
    return undefined;
  });
}

/** Runs one check and journals it. */
async function check(
  run: Run,
  { name, command, key }: { name: string; command: string; key: string },
  visit: number,
  scope: Scope,
  perform: () => Promise<Ran>,
): Promise<CommandResult> {
  const { engine } = run;
  const own = scopeOf(run, key, scope.span);
  // A crash between two checks loses the checkout, so what passed before runs once more without being journaled.
  const again = engine.result('command.finished', key) !== undefined;
  if (!again) engine.emit('command.started', { name, command, round: visit }, own);
  const result = await perform();
  engine.signal.throwIfAborted();
  if (result.exit === 127) refuseMissing(run, name, command, result.stderr);
  const said = [result.stdout, result.stderr].filter(Boolean).join('\n');
  await run.watch('output of a check', said, `${name}, ${command}`);
  const output = engine.journal.keep(said);
  const { exit, timedOut } = result;
  return engine.step('command.finished', key, own, () =>
    Promise.resolve({ name, command, exit, timedOut, output }),
  );
}

/**
 * What the machine lacks no debugger can mend. It is not journaled as a result, so that a resumed run looks again.
 * @throws FactoryError 'environment' when the command's own program is not there.
 */
function refuseMissing(run: Run, name: string, command: string, stderr: string): void {
  const program = /^bash: line \d+: ([^/\s]+): command not found$/m.exec(stderr)?.[1];
  if (program === undefined || !command.includes(program)) return;
  throw new FactoryError(
    'environment',
    `${run.spec.path}: the ${name} command "${command}" needs "${program}", which the sandbox does not have.`,
    {
      hint: `Install ${program} outside of your home folder and resume the run, or mend the command and start a new one.`,
    },
  );
}

/** One debug round on a candidate. @throws RunEnded when there is none left. */
export async function debug(
  run: Run,
  commit: string,
  rounds: Rounds,
  prompt: string,
  problem: string,
): Promise<string> {
  if (rounds.used >= run.limits.debugRounds) {
    throw new RunEnded({
      outcome: 'rejected',
      reason: `After ${rounds.used} debug rounds, ${problem}.`,
      decidedBy: latestEvent(run),
    });
  }
  rounds.used += 1;
  const result = await runRole(run, {
    name: `debugger.${rounds.used}`,
    role: debuggerRole,
    prompt,
    base: commit,
    parent: scopeOf(run, 'run').span,
  });
  if (result.ok) return result.commit;
  throw new RunEnded({
    outcome: 'rejected',
    reason: `The debugger gave up while ${problem}: ${result.reason}`,
    decidedBy: latestEvent(run),
  });
}
