import { isRecord } from '../../shared/records';
import { modelOf, type ArgumentKind } from './methods';
import { refuse, refuseArguments } from './refusal';

/** Arguments by name: text, boolean, number or JSON, as the method understands them. */
export type Args = Record<string, unknown>;

export interface ParsedRequest {
  args: Args;
  token: string | null;
  /** Whether the token came in the header. */
  fromHeader: boolean;
  /** Warnings Slack gives about the way of asking. */
  warnings: string[];
}

/** Levels of nesting in JSON arguments; deeper ones serve only to exhaust a stack. */
const maxDepth = 32;

/** An argument that is text, or undefined. */
export function textArg(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function flagArg(args: Args, name: string): boolean {
  return args[name] === true;
}

/** The `limit` of a page. @param invalid the method's own error for a limit it does not understand */
export function limitArg(args: Args, fallback: number, invalid?: string): number {
  const value = args['limit'];
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value || fallback;
  return invalid ? refuse(invalid) : refuseArguments('limit must be a positive whole number');
}

interface Body {
  fields: [string, unknown][];
  warnings: string[];
  /** Slack reads a token from the query or a form, never from JSON. */
  json: boolean;
}

const knownCharsets = ['utf-8', 'utf8', 'iso-8859-1'];

function parseJsonBody(text: string, charset: string | undefined): Body {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse('invalid_json');
  }
  if (!isRecord(value)) refuse('json_not_object');
  if (isTooDeep(value)) refuse('invalid_json');
  return { fields: Object.entries(value), warnings: charset ? [] : ['missing_charset'], json: true };
}

/** JSON that is nested so deeply that it can only be meant to exhaust a stack. */
export function isTooDeep(value: unknown): boolean {
  return isDeeper(value, maxDepth);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

async function parseBody(request: Request): Promise<Body> {
  const empty: Body = { fields: [], warnings: [], json: false };
  if (request.method === 'GET') return empty;
  const header = request.headers.get('content-type') ?? '';
  const type = header.split(';')[0]?.trim().toLowerCase();
  const charset = /charset="?([^";\s]+)/i.exec(header)?.[1]?.toLowerCase();
  if (charset && !knownCharsets.includes(charset)) refuse('invalid_charset');
  if (type === 'multipart/form-data') {
    const form = await request.formData().catch(() => refuse('invalid_form_data'));
    // Uploaded files mean nothing to the modelled methods.
    return { ...empty, fields: [...form].filter(([, value]) => typeof value === 'string') };
  }
  const text = await request.text();
  if (text === '') return empty;
  if (type === 'application/x-www-form-urlencoded') {
    const warnings = charset ? ['superfluous_charset'] : [];
    return { fields: [...new URLSearchParams(text)], warnings, json: false };
  }
  if (type === 'application/json') return parseJsonBody(text, charset);
  return refuse(type === '' ? 'missing_post_type' : 'invalid_post_type');
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : refuse('invalid_array_arg');
}

/** Slack takes `1` and `true`, `0`, `false` and nothing, from forms and JSON alike. */
function toFlag(value: unknown): boolean {
  return !['', '0', 'false'].includes(toText(value));
}

function toNumber(value: unknown): number {
  const text = toText(value).trim();
  return text === '' ? Number.NaN : Number(text);
}

/** JSON arguments come as JSON, or as text that holds JSON; text that does not is left for the method to refuse. */
function toJson(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value === '' ? undefined : value;
  try {
    const parsed: unknown = JSON.parse(value);
    return isTooDeep(parsed) ? value : parsed;
  } catch {
    return value;
  }
}

/** A list comes as an array, as JSON of one, or as words between commas. */
function toList(value: unknown): string[] {
  const parsed = typeof value === 'string' && value.startsWith('[') ? toJson(value) : value;
  if (Array.isArray(parsed)) return parsed.map(toText);
  return toText(parsed)
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

function understand(kind: ArgumentKind, value: unknown): unknown {
  switch (kind) {
    case 'text':
      return toText(value);
    case 'flag':
      return toFlag(value);
    case 'number':
      return toNumber(value);
    case 'json':
      return toJson(value);
    case 'list':
      return toList(value);
  }
}

function bearer(request: Request): string | null {
  const header = request.headers.get('authorization');
  if (header === null || /^Basic\s/i.test(header)) return null;
  return /^Bearer\s+(.+)$/i.exec(header)?.[1]?.trim() ?? '';
}

/** The app's id and secret, which OAuth methods take by HTTP Basic as well. */
function basic(request: Request): [string, string][] {
  const encoded = /^Basic\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (encoded === undefined) return [];
  const [client_id = '', client_secret = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  return [
    ['client_id', client_id],
    ['client_secret', client_secret],
  ];
}

/**
 * Reads a call the way Slack does: query and form or JSON body together, token from the header, the query or
 * a form. Throws a `SlackRefusal` for what Slack cannot read. Arguments
 * that the method does not know stay as they came.
 */
export async function parseRequest(request: Request, method: string): Promise<ParsedRequest> {
  const model = modelOf(method);
  const body = await parseBody(request);
  const oauth = method.startsWith('oauth.') || method === 'apps.uninstall';
  const query = [...new URL(request.url).searchParams, ...(oauth ? basic(request) : [])];
  const plain = body.json ? query : [...query, ...body.fields];
  const inHeader = bearer(request);
  const token = inHeader ?? plain.findLast(([name]) => name === 'token')?.[1] ?? null;
  const ignored = body.json && model && !model.json;
  const fields = [...query, ...(ignored ? [] : body.fields)];
  const args = fields
    .filter(([name, value]) => name !== 'token' && value !== null && value !== undefined)
    .map(([name, value]): [string, unknown] => {
      if (!/^[A-Za-z0-9_.[\]-]{1,100}$/.test(name)) refuse('invalid_arg_name');
      const kind = model && Object.hasOwn(model.args, name) ? model.args[name] : undefined;
      return [name, kind ? understand(kind, value) : value];
    });
  return {
    // Object.fromEntries defines own members, so that `__proto__` is a name like any other.
    args: Object.fromEntries(args),
    token: typeof token === 'string' ? token : null,
    fromHeader: inHeader !== null,
    warnings: body.warnings,
  };
}
