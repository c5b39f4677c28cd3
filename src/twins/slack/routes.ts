import { isRecord } from '../../shared/records';
import type { Hono } from 'hono';
import { answerOperation, type Answer, type TwinContext } from '../answer';
import type { TwinEnv } from '../contract';
import { filePath, typeOf } from './fileViews';
import { maxFile, seesFile } from './files';
import { respond, webhookChannel, type Hook, type HookAnswer } from './hooks';
import { slackRoutes } from './methods';
import { authorize } from './oauth';
import { isTooDeep } from './request';
import { errorAnswer, faultAnswer } from './run';
import type { SlackState, SlackTwin } from './state';
import { authenticate } from './tokens';
import { SlackRefusal } from './refusal';

const text = (status: number, answered: string, body = answered): Answer => ({
  status,
  answered,
  body,
  headers: [['content-type', 'text/plain; charset=utf-8']],
});

const page = (status: number, answered: string, words: string): Answer => ({
  status,
  answered,
  body: `<!DOCTYPE html><html><head><title>${words} | Slack</title></head><body>${words}</body></html>`,
  headers: [['content-type', 'text/html; charset=utf-8']],
});

/** Bytes of anything that is no file. */
const maxText = 1024 * 1024;
export const maxBody = (path: string): number => (path.startsWith('/upload/') ? maxFile + maxText : maxText);

/** The page where people allow the app; here the installer does at once, or cancels. */
function serveAuthorize(twin: SlackTwin, c: TwinContext, version: 'v1' | 'v2'): Promise<Response> {
  const query = new URL(c.req.url).searchParams;
  return answerOperation(twin, c, {
    operation: slackRoutes.authorize,
    args: Object.fromEntries([...query].filter(([name]) => name !== 'state')),
    fault: (reply) => page(reply === 'http_503' ? 503 : 500, reply, 'Something went wrong'),
    work: () => {
      const outcome = authorize(twin, query, version);
      if ('error' in outcome) return page(400, outcome.error, `Something went wrong: ${outcome.error}`);
      return { status: 302, answered: 'ok', headers: [['location', outcome.location]] };
    },
  });
}

/** What was posted to a webhook: JSON, or a form with JSON in `payload`. */
async function readPayload(c: TwinContext): Promise<HookAnswer | null> {
  const body = await c.req.text();
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded');
  try {
    const json = isForm && !body.startsWith('{') ? new URLSearchParams(body).get('payload') : body;
    const value: unknown = JSON.parse(json ?? '');
    return isRecord(value) && !isTooDeep(value) ? value : null;
  } catch {
    return null;
  }
}

/** The webhook that the twin came with writes into the general channel, or whichever there is. */
function ownHook(state: SlackState): Hook | null {
  const channel = webhookChannel(state);
  return channel ? { secret: '', kind: 'webhook', channel: channel.id, disabled: false } : null;
}

function findHook(twin: SlackTwin, kind: Hook['kind'], secret: string): Hook | null {
  if (kind === 'webhook' && secret === twin.credentials['webhook_secret']) return ownHook(twin.state);
  return twin.state.hooks.find((hook) => hook.kind === kind && hook.secret === secret) ?? null;
}

/** About one message a second for each webhook. */
const hookRate = { limit: 20, windowMs: 20_000, refills: true };

function limited(twin: SlackTwin, secret: string): Answer | undefined {
  const rate = twin.takeRate(`webhook ${secret}`, hookRate);
  if (rate.allowed) return undefined;
  const wait = Math.max(1, Math.ceil((rate.resetAt - twin.now()) / 1000));
  const refused = text(429, 'rate_limited');
  return { ...refused, headers: [...(refused.headers ?? []), ['retry-after', String(wait)]] };
}

/** Incoming webhooks speak plain text; the addresses for answers speak JSON. */
async function serveHook(twin: SlackTwin, c: TwinContext, kind: Hook['kind']): Promise<Response> {
  const secret = c.req.param('secret') ?? '';
  const payload = await readPayload(c);
  const hook = findHook(twin, kind, secret);
  const say = (status: number, answered: string): Answer =>
    kind === 'webhook'
      ? text(status, answered)
      : { status, answered, body: answered === 'ok' ? { ok: true } : { ok: false, error: answered } };
  return answerOperation(twin, c, {
    operation: kind === 'webhook' ? slackRoutes.webhook : slackRoutes.answer,
    args: payload ?? {},
    refused: hook
      ? limited(twin, secret)
      : say(kind === 'webhook' ? 403 : 404, kind === 'webhook' ? 'invalid_token' : 'no_service'),
    fault: (reply, fault) => {
      const { status, headers = [] } = faultAnswer(reply, fault);
      return { ...say(status === 200 ? 400 : status, reply), headers };
    },
    work: () => {
      if (!payload) return say(400, 'invalid_payload');
      const failure = hook ? respond(twin, hook, payload) : null;
      return failure ? say(failure.status, failure.error) : say(200, 'ok');
    },
  });
}

async function bytesOf(c: TwinContext): Promise<Uint8Array> {
  const type = c.req.header('content-type') ?? '';
  if (!type.startsWith('multipart/form-data')) return new Uint8Array(await c.req.arrayBuffer());
  const form = await c.req.formData().catch(() => new FormData());
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
}

async function serveUpload(twin: SlackTwin, c: TwinContext): Promise<Response> {
  const secret = c.req.param('secret');
  const file = twin.state.files.find(({ upload }) => upload !== undefined && upload === secret);
  const bytes = await bytesOf(c);
  return answerOperation(twin, c, {
    operation: slackRoutes.upload,
    args: { file: file?.id ?? null, bytes: bytes.length },
    refused: file ? undefined : text(404, 'not_found'),
    fault: (reply, fault) =>
      text(faultAnswer(reply, fault).status === 200 ? 400 : faultAnswer(reply, fault).status, reply),
    work: () => {
      if (!file) return text(404, 'not_found');
      if (bytes.length > file.size) return text(413, 'file_too_large');
      file.content = Buffer.from(bytes).toString('base64');
      file.size = bytes.length;
      return text(200, 'ok', `OK - ${bytes.length}`);
    },
  });
}

function bearerOf(c: TwinContext): string | null {
  return /^Bearer\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
}

/** A file's bytes; who may not see it is led to the page where people sign in. */
async function serveFile(twin: SlackTwin, c: TwinContext): Promise<Response> {
  const path = c.req.path.replace('/download/', '/');
  const file = twin.state.files.find((each) => each.complete && filePath(twin.state, each) === path);
  return answerOperation(twin, c, {
    operation: slackRoutes.file,
    args: { file: file?.id ?? null },
    fault: (reply, fault) => ({ ...faultAnswer(reply, fault) }),
    work: () => {
      try {
        const caller = authenticate(twin, bearerOf(c));
        if (!file || !seesFile(twin.state, file, caller.user))
          return page(404, 'file_not_found', 'File not found');
        if (!caller.scopes.includes('files:read'))
          return { status: 302, answered: 'missing_scope', headers: [['location', `${twin.origin}/signin`]] };
      } catch (error) {
        if (!(error instanceof SlackRefusal)) throw error;
        return {
          ...errorAnswer(error),
          status: 302,
          body: null,
          headers: [['location', `${twin.origin}/signin`]],
        };
      }
      const type = file.mimetype ?? typeOf(file.name).mimetype;
      return {
        status: 200,
        answered: 'ok',
        body: Buffer.from(file.content ?? '', 'base64'),
        headers: [['content-type', type]],
      };
    },
  });
}

/** Adds everything that is not a method of the Web API. */
export function addRoutes(app: Hono<TwinEnv>, twin: SlackTwin): void {
  app.get('/oauth/v2/authorize', (c) => serveAuthorize(twin, c, 'v2'));
  app.get('/oauth/authorize', (c) => serveAuthorize(twin, c, 'v1'));
  app.post('/services/:team/:app/:secret', (c) => serveHook(twin, c, 'webhook'));
  app.post('/actions/:team/:id/:secret', (c) => serveHook(twin, c, 'response'));
  app.post('/commands/:team/:id/:secret', (c) => serveHook(twin, c, 'response'));
  app.on(['POST', 'PUT'], '/upload/v1/:secret', (c) => serveUpload(twin, c));
  app.get('/files-pri/*', (c) => serveFile(twin, c));
}
