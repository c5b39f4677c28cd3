import type { BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import { ToolError } from '@anthropic-ai/sdk/lib/tools/ToolError';
import type { BetaTool } from '@anthropic-ai/sdk/resources/beta/messages/messages';
import { createHash } from 'node:crypto';
import { FactoryError, messageOf } from '../shared/errors';
import type { Watch } from '../shared/watch';
import { fileToolDefinitions } from '../sandbox/fileTools';
import { runShell } from '../sandbox/shell';
import type { Pod } from '../sandbox/types';
import { type Engine, spanOf, toolKeys } from '../trace/engine';

const bashTimeoutMs = 120_000;
const longestBashMs = 600_000;
/** Characters of a command's output that go back to the model: its head and its tail. */
const shownCharacters = 30_000;

/** State of the agent's shell between its commands: data, never a living process. */
export interface ShellState {
  cwd: string;
  exported: Record<string, string>;
}

/** One tool call as the loop sees it afterwards. */
export interface CallRecord {
  name: string;
  ok: boolean;
  exit: number | null;
  /** Equal for equal calls with equal results. */
  signature: string;
  touches: readonly string[] | null;
}

/** What a tool answers, before it is journaled. */
export interface ToolOutcome {
  ok: boolean;
  text: string;
  exit?: number | null;
  shell?: ShellState;
}

/** A tool an agent may call: its declaration and what it does. */
export interface AgentTool {
  definition: BetaTool;
  /** One line for the timeline. */
  summary(input: Record<string, unknown>): string;
  /** Paths of files that a call may change, as the agent names them; null when it may change any. */
  touches(input: Record<string, unknown>): readonly string[] | null;
  run(input: Record<string, unknown>, shell: ShellState, signal: AbortSignal): Promise<ToolOutcome>;
}

/** The round of tool calls that is going on; the tools fill it, the loop reads it. */
export interface Round {
  run: string;
  agent: string;
  turn: number;
  parent: string;
  shell: ShellState;
  calls: CallRecord[];
  /** Why the run cannot go on; the SDK's runner would hand it to the model as a tool result. */
  failure?: FactoryError;
}

/** File tools that change the file they name; the others change none. */
const changingTools: ReadonlySet<string> = new Set(['write', 'edit']);

/** The SDK's own file tools, forwarded to the worker inside the pod. */
export function fileTools(pod: Pod): AgentTool[] {
  return fileToolDefinitions.map((definition) => ({
    definition,
    summary: (input) => textOf(input['file_path'] ?? input['path'] ?? input['pattern']),
    touches: (input) => (changingTools.has(definition.name) ? [textOf(input['file_path'])] : []),
    async run(input, _shell, signal) {
      const { text, isError } = await pod.tool(definition.name, input, signal);
      return { ok: !isError, text };
    },
  }));
}

function cut(text: string): string {
  if (text.length <= shownCharacters) return text;
  const half = shownCharacters / 2;
  return `${text.slice(0, half)}\n[… ${text.length - shownCharacters} characters left out …]\n${text.slice(-half)}`;
}

/** A command in a fresh shell of the pod; its directory and exports carry over to the next. */
export function bashTool(pod: Pod, env: Record<string, string>): AgentTool {
  return {
    definition: {
      name: 'bash',
      description:
        'Runs a bash script in a fresh shell in the sandbox. The working directory and exported variables carry over to the next call; background processes end with the call. Output is standard output followed by standard error and the exit status.',
      input_schema: {
        type: 'object',
        properties: {
          command: { type: 'string', description: 'The script.' },
          timeout_ms: {
            type: 'integer',
            description: `Time limit in milliseconds; default ${bashTimeoutMs}, at most ${longestBashMs}.`,
          },
        },
        required: ['command'],
      },
    },
    summary: (input) => textOf(input['command']).split('\n', 1)[0] ?? '',
    touches: () => null,
    async run(input, shell, signal) {
      const script = input['command'];
      if (typeof script !== 'string') return { ok: false, text: 'bash needs "command", a string.' };
      const asked = Number(input['timeout_ms'] ?? bashTimeoutMs);
      const timeoutMs = Math.min(asked > 0 ? asked : bashTimeoutMs, longestBashMs);
      const done = await runShell(pod, {
        script,
        cwd: shell.cwd,
        env: { ...env, ...shell.exported },
        timeoutMs,
        signal,
      });
      const status = done.timedOut
        ? `[stopped after ${timeoutMs} ms]`
        : `[exit ${done.exit ?? 'by a signal'}]`;
      const text = cut([done.stdout, done.stderr, status].filter(Boolean).join('\n'));
      return { ok: true, text, exit: done.exit, shell: { cwd: done.cwd, exported: done.exported } };
    },
  };
}

/**
 * The tools as the SDK's runner takes them: each call is a durable step, and calls of one agent run one after
 * the other, because a file changed by one may be read by the next.
 */
export function durableTools(
  engine: Engine,
  tools: AgentTool[],
  round: () => Round,
  watch: Watch,
): BetaRunnableTool[] {
  const { journal } = engine;
  let queue: Promise<unknown> = Promise.resolve();

  async function call(tool: AgentTool, id: string, input: Record<string, unknown>): Promise<string> {
    const current = round();
    const { name } = tool.definition;
    const key = `${toolKeys(current.agent, current.turn)}${id}`;
    const scope = { span: spanOf(current.run, key), parent: current.parent };
    const about = {
      agent: current.agent,
      turn: current.turn,
      id,
      name,
      summary: tool.summary(input).slice(0, 200),
    };
    if (!engine.result('tool.finished', key)) engine.emit('tool.started', about, scope);
    const done = await engine.step('tool.finished', key, scope, async () => {
      const outcome = await attempt(() => tool.run(input, current.shell, engine.signal));
      engine.signal.throwIfAborted();
      await watch('tool result', outcome.text, `${name}, ${current.agent}, turn ${current.turn}`);
      return {
        ...about,
        ok: outcome.ok,
        exit: outcome.exit ?? null,
        output: journal.keep(outcome.text),
        input: journal.keep(JSON.stringify(input)),
        ...(outcome.shell ? { shell: journal.keep(JSON.stringify(outcome.shell)) } : {}),
      };
    });
    const text = journal.read(done.output);
    if (done.shell) current.shell = JSON.parse(journal.read(done.shell)) as ShellState;
    const signature = createHash('sha256')
      .update(JSON.stringify([name, input, text]))
      .digest('hex');
    current.calls.push({ name, ok: done.ok, exit: done.exit, signature, touches: tool.touches(input) });
    if (!done.ok) throw new ToolError(text);
    return text;
  }

  return tools.map((tool) => ({
    ...tool.definition,
    parse: (input: unknown) => input,
    run: (input: unknown, context) => {
      const id = context?.toolUse.id ?? '';
      const next = queue.then(() => call(tool, id, asObject(input)));
      queue = next.catch((error: unknown) => {
        if (error instanceof FactoryError) round().failure = error;
      });
      return next;
    },
  }));
}

/** A tool that fails, or cannot take its input, answers the model with its reason; what ends the run is thrown on. */
async function attempt(run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FactoryError && error.code !== 'bad-input') throw error;
    return { ok: false, text: messageOf(error) };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asObject(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
}
