import type { AgentTool, ToolOutcome } from '../agents/tools';
import type { Scope } from '../trace/journal';
import { ruleFault } from './ruleLint';
import type { Run } from './run';

/** Most rules of one run: a person reads each. */
const mostRules = 10;

/**
 * A tool by which an agent proposes a rule for CLAUDE.md, which it cannot change itself. It goes into the record and
 * the report as plain text, and into the file only when a person accepts it there. Debuggers are not given it: they
 * hear about hidden checks, and a rule would carry that into later runs.
 */
export function proposeRule(run: Run, agent: string, scope: Scope): AgentTool {
  const refused = (why: string): ToolOutcome => ({
    ok: false,
    text: `The rule is not proposed: ${why}.`,
  });
  return {
    definition: {
      name: 'propose_rule',
      description:
        "Proposes one lasting rule for the repository's CLAUDE.md, which you cannot change yourself: a convention, command or trap you had to find out and later work should know. A person decides. Most tasks need none.",
      input_schema: {
        type: 'object',
        properties: {
          rule: { type: 'string', description: 'One plain sentence of at most 200 characters.' },
          why: {
            type: 'string',
            description: 'One plain sentence: what you saw that makes it worth knowing.',
          },
        },
        required: ['rule', 'why'],
      },
    },
    summary: ({ rule }) => (typeof rule === 'string' ? rule : ''),
    touches: () => [],
    run(input) {
      const { rule, why } = input;
      if (typeof rule !== 'string' || typeof why !== 'string') {
        return Promise.resolve(refused('it needs "rule" and "why", both strings'));
      }
      const fault = ruleFault(rule, why);
      if (fault !== undefined) return Promise.resolve(refused(fault));
      const proposed = run.engine.journal.events.flatMap((event) =>
        event.type === 'rule.proposed' ? [event.data.rule] : [],
      );
      const known = [...proposed, ...Object.values(run.constraints)].some((text) => text.includes(rule));
      if (known) return Promise.resolve(refused('it is known already'));
      if (proposed.length >= mostRules)
        return Promise.resolve(refused('there are enough of them in this run'));
      run.engine.emit('rule.proposed', { agent, rule, why }, scope);
      return Promise.resolve({ ok: true, text: 'Noted. A person decides after the run; go on without it.' });
    },
  };
}
