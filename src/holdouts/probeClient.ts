import * as z from 'zod/mini';
import type { ProbeAnswer, ProbeRequest } from '../sandbox/probeProtocol';
import type { Mount, Pod, Sandbox } from '../sandbox/types';

/** Bytes of a body or file the judge looks at. */
export const maxBodyBytes = 1024 * 1024;
/** JSON may escape every byte of a body as six. */
const keepBytes = 8 * maxBodyBytes;
/** Beyond the time of the request itself: the start of the probe on a busy machine. */
const startMs = 10_000;

const answerSchema = z.union([
  z.object({ ok: z.literal(false), reason: z.string() }),
  z.object({ ok: z.literal(true), op: z.literal('connect') }),
  z.object({
    ok: z.literal(true),
    op: z.literal('http'),
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
  z.object({ ok: z.literal(true), op: z.literal('file'), text: z.string() }),
  z.object({ ok: z.literal(true), op: z.literal('write') }),
  z.object({
    ok: z.literal(true),
    op: z.literal('report'),
    cases: z.array(z.object({ id: z.string(), outcome: z.enum(['passed', 'failed', 'other']) })),
  }),
]);

export type Answered<Op extends ProbeRequest['op']> = Extract<ProbeAnswer, { op: Op }>;

/** Sends one request through a probe of its own inside the pod; a reason in place of an answer when it failed. */
export async function probe<Op extends ProbeRequest['op']>(
  where: { pod: Pod; sandbox: Sandbox; signal: AbortSignal; mounts?: Mount[] },
  request: Extract<ProbeRequest, { op: Op }>,
): Promise<Answered<Op> | { ok: false; reason: string }> {
  const { pod, sandbox, signal, mounts = [] } = where;
  const result = await pod.run({
    argv: [sandbox.node, `${sandbox.programs}/probe.js`],
    cwd: '/',
    env: {},
    stdin: JSON.stringify(request),
    timeoutMs: ('withinMs' in request ? request.withinMs : 0) + startMs,
    isolated: true,
    keepBytes,
    mounts,
    signal,
  });
  if (result.exit !== 0 || result.dropped > 0) return { ok: false, reason: 'failed' };
  const answer = answerSchema.parse(JSON.parse(result.stdout));
  if (!answer.ok) return answer;
  if (answer.op !== request.op) return { ok: false, reason: 'failed' };
  return answer as Answered<Op>;
}
