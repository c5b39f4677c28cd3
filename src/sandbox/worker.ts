/**
 * Runs inside the pod and hosts the SDK's file tools for one worktree: calls come as JSON lines on standard input,
 * answers go as JSON lines to standard output.
 * usage: node worker.js WORKDIR
 */
import { createInterface } from 'node:readline';
import { runRunnableTool, type BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import {
  betaEditTool,
  betaGlobTool,
  betaGrepTool,
  betaReadTool,
  betaWriteTool,
} from '@anthropic-ai/sdk/tools/agent-toolset/node';
import type { WorkerAnswer, WorkerCall, WorkerCancel } from './workerProtocol';

const context = { workdir: process.argv[2] ?? process.cwd() };
const tools: BetaRunnableTool[] = [
  betaReadTool(context),
  betaWriteTool(context),
  betaEditTool(context),
  betaGlobTool(context),
  betaGrepTool(context),
];
const byName = new Map(tools.map((tool) => ['name' in tool ? tool.name : '', tool]));
const underWay = new Map<number, AbortController>();

async function answer({ id, name, input }: WorkerCall): Promise<WorkerAnswer> {
  const tool = byName.get(name);
  if (!tool) return { id, text: `There is no file tool named ${name}.`, isError: true };
  const aborter = new AbortController();
  underWay.set(id, aborter);
  const toolUse = { type: 'tool_use' as const, id: String(id), name, input };
  const outcome = await runRunnableTool(tool, input, {
    toolUse,
    toolUseBlock: toolUse,
    signal: aborter.signal,
  });
  underWay.delete(id);
  const { content } = outcome;
  return {
    id,
    text: typeof content === 'string' ? content : JSON.stringify(content),
    isError: outcome.isError,
  };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as WorkerCall | WorkerCancel;
  if ('cancel' in message) underWay.get(message.cancel)?.abort();
  else void answer(message).then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
});
