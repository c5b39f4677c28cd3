import type { RoleDefinition } from '../agents/role';
import { type AgentResult, runAgent } from '../agents/runAgent';
import { type AgentTool, bashTool, fileTools } from '../agents/tools';
import { proposeRule } from './proposals';
import { systemPrompt } from './prompts';
import { type Run, scopeOf } from './run';
import { withWorld } from './world';

export interface RoleRun {
  /** Durable name, for example `T1.implementer`. */
  name: string;
  role: RoleDefinition;
  task?: string;
  prompt: string;
  /** Commit the agent starts from. */
  base: string;
  parent: string;
  extraTools?: AgentTool[];
  finished?: () => boolean;
}

/** How an agent ended, and the commit it left. */
export interface RoleResult extends AgentResult {
  commit: string;
}

/** Runs one agent of a role in a world of its own. A finished agent answers from the journal. */
export async function runRole(run: Run, work: RoleRun): Promise<RoleResult> {
  const known = run.engine.result('agent.finished', `agent/${work.name}`);
  if (known) return { ...known, commit: lastCommit(run, work) };
  const scope = scopeOf(run, `agent/${work.name}`, work.parent);
  return withWorld(run, { name: work.name, base: work.base, scope }, async ({ pod, env, control, world }) => {
    const allowed = new Set<string>(work.role.tools);
    const own = [
      ...fileTools(pod),
      bashTool(pod, { ...control, ...env }),
      proposeRule(run, work.name, scope),
    ];
    const tools = own.filter((tool) => allowed.has(tool.definition.name));
    const result = await runAgent(
      {
        run: run.id,
        name: work.name,
        role: work.role,
        ...(work.task ? { task: work.task } : {}),
        model: run.models[work.role.role],
        system: systemPrompt(work.role, run.constraints),
        prompt: `Agent: ${work.name}\n\n${work.prompt}`,
        tools: [...tools, ...(work.extraTools ?? [])],
        world,
        ...(work.finished ? { finished: work.finished } : {}),
        parent: work.parent,
      },
      run,
    );
    return { ...result, commit: lastCommit(run, work) };
  });
}

/** The agent's newest checkpoint, or where it started. */
function lastCommit(run: Run, work: RoleRun): string {
  let commit = work.base;
  for (const event of run.engine.journal.events) {
    if (event.type === 'round.checkpoint' && event.data.agent === work.name) commit = event.data.commit;
  }
  return commit;
}
