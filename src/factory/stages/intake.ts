import { createHash } from 'node:crypto';
import { debuggerRole } from '../../agents/debugger';
import { implementer } from '../../agents/implementer';
import { planner } from '../../agents/planner';
import { tester } from '../../agents/tester';
import { budgetFinding, budgetRule } from '../../holdouts/budget';
import { judgeRules } from '../../holdouts/modelJudge';
import { FactoryError } from '../../shared/errors';
import { lintSpec } from '../../spec/lint';
import { feedbackBudget } from '../budget';
import { commandsOf } from '../commands';
import { readConstraints } from '../constraints';
import { literalPattern } from '../policy';
import { systemPrompt } from '../prompts';
import { type Run, scopeOf, stage } from '../run';
import { hostOf } from '../setupHosts';

/** Says what the spec leaves to be wished for, finds its commands and seals what the run stands on. */
export function intake(run: Run): Promise<Run> {
  return stage(run, 'intake', 1, async (scope) => {
    const { engine, spec } = run;
    const covering = coverage(run);
    const { texts: constraints, escaping } = await readConstraints(run.repo);
    if (!engine.result('intake.commands', 'commands')) {
      for (const asked of run.refusedPolicy) {
        const message = `The repository's policy asks for ${asked}: it may only tighten your own limits.`;
        engine.emit(
          'intake.finding',
          { rule: 'policy/ceiling', severity: 'warning', message, line: 1 },
          scope,
        );
      }
      for (const one of escaping) {
        const message = `${one}, which is outside of the folder: agents are not given it.`;
        const rule = 'constraints/escaping-import';
        engine.emit('intake.finding', { rule, severity: 'warning', message, line: 1 }, scope);
      }
      for (const { rule, severity, message, range } of lintSpec(spec, { scenariosCovering: covering }, {})) {
        engine.emit('intake.finding', { rule, severity, message, line: range.startLine }, scope);
      }
      if (run.vault && run.vault.list().length > 0) {
        const budget = feedbackBudget(run.policy, spec.requirements, run.vault, run.limits);
        const { severity, message, hint } = budgetFinding(budget);
        const text = [message, hint].filter(Boolean).join(' ');
        engine.emit('intake.finding', { rule: budgetRule, severity, message: text, line: 1 }, scope);
      }
    }
    const { commands, detected } = await commandsOf(run.repo, spec.commands);
    await engine.step('intake.commands', 'commands', scopeOf(run, 'commands', scope.span), () =>
      Promise.resolve({ commands: shown(commands), detected }),
    );
    await engine.step('intake.environment', 'environment', scopeOf(run, 'environment', scope.span), () =>
      Promise.resolve({
        toolchains: run.toolchains.mounts.filter(({ host }) => host !== '/dev/null').map(({ host }) => host),
        registries: commands.setup === undefined ? [] : [...run.setup.allowed].map(hostOf),
      }),
    );
    const digests = digestsOf(run, constraints);
    const sealed = await engine.step('run.sealed', 'seal', scopeOf(run, 'seal', scope.span), () =>
      Promise.resolve({ digests }),
    );
    refuseMoved(run, sealed.digests, digests);
    const note = `${spec.requirements.length} requirements, sealed ${Object.keys(sealed.digests).length} digests`;
    // What agents are told to keep to they cannot change for the next run either.
    const governed = [...run.governed, ...Object.keys(constraints).map(literalPattern)];
    return { note, value: { ...run, constraints, governed, spec: { ...spec, commands } } };
  });
}

/**
 * Our own prompts may change with an update between two processes of a run; the rest is what people wrote.
 * @throws FactoryError 'failed' when a resumed run would stand on something else than it was sealed with.
 */
function refuseMoved(run: Run, sealed: Record<string, string>, now: Record<string, string>): void {
  const moved = Object.keys(sealed).filter((name) => name !== 'prompts' && sealed[name] !== now[name]);
  if (moved.length === 0) return;
  throw new FactoryError('failed', `Run ${run.id} was sealed with another ${moved.join(', ')}.`, {
    hint: 'Its verdict would be about something else: start a new run.',
  });
}

/** How many scenarios cover each requirement. */
function coverage(run: Run): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(run.spec.requirements.map(({ id }) => [id, 0]));
  for (const { covers } of run.vault?.list() ?? []) {
    for (const id of covers) counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

function shown(commands: Run['spec']['commands']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [
      name,
      typeof command === 'string' ? command : JSON.stringify(command),
    ]),
  );
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

/** What the evidence binds: nothing of it may move while the run goes on. */
function digestsOf(run: Run, constraints: Record<string, string>): Record<string, string> {
  const roles = [planner, implementer, tester, debuggerRole];
  const prompts = roles.map((role) => systemPrompt(role, {}));
  return {
    spec: digest(run.spec.text),
    policy: digest(JSON.stringify(run.policy)),
    constraints: digest(JSON.stringify(constraints)),
    prompts: digest(JSON.stringify([...prompts, judgeRules])),
    models: digest(JSON.stringify(run.models)),
    snapshot: run.repo.snapshot,
    vault: run.vault?.digest() ?? digest(''),
  };
}
