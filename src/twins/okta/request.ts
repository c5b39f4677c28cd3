import { refuse } from './errors';

/** Levels of objects in objects a body may have. */
const maxDepth = 64;
/** Members whose values never enter the call log. */
const secrets = new Set([
  'password',
  'value',
  'answer',
  'passCode',
  'nextPassCode',
  'stateToken',
  'sessionToken',
  'sessionId',
  'token',
  'recoveryToken',
  'oldPassword',
  'newPassword',
  'client_secret',
  'client_assertion',
  'code',
  'refresh_token',
  'code_verifier',
  'id_token_hint',
  'sharedSecret',
]);

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Refuses media types Okta cannot read or write. */
function checkMediaTypes(request: Request, hasBody: boolean): void {
  const accept = request.headers.get('accept') ?? '*/*';
  if (!/(^|[\s,])(\*\/\*|application\/(\*|json|[\w.-]+\+json))/i.test(accept)) refuse('E0000019');
  if (!hasBody) return;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/([\w.-]+\+)?json$/.test(type)) refuse('E0000021');
}

/** The object a request sends, empty when it sends nothing. Refuses what Okta cannot read. */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = request.method === 'GET' ? '' : await request.text();
  checkMediaTypes(request, text !== '');
  if (text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('E0000003');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('E0000003');
  return isDeeper(value, maxDepth) ? refuse('E0000003') : (value as Record<string, unknown>);
}

/** The parameters of a form, empty when nothing is sent. Refuses every other body. */
export async function readForm(request: Request): Promise<Record<string, unknown>> {
  const text = request.method === 'GET' ? '' : await request.text();
  if (text === '') return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') refuse('E0000021');
  return Object.fromEntries(new URLSearchParams(text));
}

/** The value without the members that are secret, for the call log. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secrets.has(name) && typeof inner !== 'object' ? '***' : withoutSecrets(inner),
    ]),
  );
}
