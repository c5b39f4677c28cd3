import type { Answer, TwinContext } from '../answer';
import { answerOperation } from '../answer';
import type { Twin } from '../contract';
import { fromBearer } from './auth';
import { faultAnswer } from './faults';
import { isRecord } from '../../shared/records';
import { memberOf } from './formats';
import { accessLife, cloudId, defaultScopes, issueToken, readToken } from './oauthTokens';
import type { OAuthOperation } from './operations';
import { JiraRefusal } from './refusal';
import { readBody } from './request';
import { nextId, type Grant, type JiraState } from './state';
import { userDetails } from './views';

type JiraTwin = Twin<JiraState>;

/** Milliseconds within which a code must be exchanged. */
const codeLife = 5 * 60_000;

function failure(status: number, error: string, error_description: string): Answer {
  return { status, answered: error, body: { error, error_description } };
}

function tokens(twin: JiraTwin, grant: Grant): Answer {
  const { credentials } = twin;
  grant.expires = { ...grant.expires, [grant.generation]: twin.now() + accessLife };
  const refresh = grant.scopes.includes('offline_access')
    ? { refresh_token: issueToken(credentials, 'refresh', grant.id, grant.generation) }
    : {};
  return {
    status: 200,
    answered: 'ok',
    body: {
      access_token: issueToken(credentials, 'access', grant.id, grant.generation),
      expires_in: accessLife / 1000,
      token_type: 'Bearer',
      scope: grant.scopes.join(' '),
      ...refresh,
    },
    headers: [['cache-control', 'no-store']],
  };
}

const text = (body: unknown, name: string): string => {
  const value = memberOf(body, name);
  return typeof value === 'string' ? value : '';
};

function fromCode(twin: JiraTwin, body: unknown): Answer {
  const read = readToken(twin, 'code', text(body, 'code'));
  const { code } = read?.grant ?? {};
  if (!read || !code || code.expiresAt <= twin.now()) {
    return failure(403, 'invalid_grant', 'Invalid authorization code');
  }
  if (code.redirectUri !== text(body, 'redirect_uri')) {
    return failure(403, 'invalid_grant', 'The redirect URI is not the one of the authorization request.');
  }
  read.grant.code = null;
  return tokens(twin, read.grant);
}

function fromRefresh(twin: JiraTwin, body: unknown): Answer {
  const read = readToken(twin, 'refresh', text(body, 'refresh_token'));
  const lives =
    read && read.generation === read.grant.generation && read.grant.scopes.includes('offline_access');
  if (!lives) return failure(403, 'invalid_grant', 'Unknown or invalid refresh token.');
  read.grant.generation += 1;
  return tokens(twin, read.grant);
}

function exchange(twin: JiraTwin, body: unknown): Answer {
  const { clientId, clientSecret } = twin.credentials;
  if (!isRecord(body)) return failure(400, 'invalid_request', 'Missing required parameter: grant_type');
  if (text(body, 'client_id') !== clientId || text(body, 'client_secret') !== clientSecret) {
    return failure(401, 'access_denied', 'Unauthorized');
  }
  switch (text(body, 'grant_type')) {
    case 'authorization_code':
      return fromCode(twin, body);
    case 'refresh_token':
      return fromRefresh(twin, body);
    default:
      return failure(400, 'unsupported_grant_type', 'Unsupported grant type');
  }
}

/** The consent page, on which the twin's person always agrees. */
function authorize(twin: JiraTwin, query: URLSearchParams): Answer {
  const [client, redirect, state] = ['client_id', 'redirect_uri', 'state'].map(
    (name) => query.get(name) ?? '',
  );
  const isAddress = redirect !== undefined && URL.canParse(redirect) && /^https?:/i.test(redirect);
  if (client !== twin.credentials['clientId'] || !isAddress) {
    return failure(400, 'invalid_request', 'The client or the redirect URI is not known.');
  }
  const target = new URL(redirect);
  const back = (answer: Record<string, string>): Answer => {
    for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
    if (state) target.searchParams.set('state', state);
    return { status: 302, answered: answer['error'] ?? 'ok', headers: [['location', target.href]] };
  };
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  const scopes = (query.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  const unknown = scopes.find((scope) => !defaultScopes.includes(scope) && !/^[a-z-]+:[\w.:-]+$/.test(scope));
  if (scopes.length === 0 || unknown !== undefined) return back({ error: 'invalid_scope' });
  const grant: Grant = {
    id: nextId(twin.state, 'grant'),
    user: twin.state.me,
    scopes,
    generation: 0,
    expires: {},
    code: { redirectUri: redirect, expiresAt: twin.now() + codeLife },
  };
  twin.state.grants.push(grant);
  return back({ code: issueToken(twin.credentials, 'code', grant.id, 0) });
}

function resources(twin: JiraTwin, c: TwinContext): Answer {
  const { scopes } = bearer(twin, c);
  const granted = (scopes ?? defaultScopes).filter(
    (scope) => scope !== 'offline_access' && scope !== 'read:me',
  );
  const site = {
    id: cloudId,
    url: twin.origin,
    name: 'your-domain',
    scopes: granted,
    avatarUrl: 'https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/flag.png',
  };
  return { status: 200, answered: 'ok', body: granted.length > 0 ? [site] : [] };
}

function bearer(twin: JiraTwin, c: TwinContext) {
  const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return fromBearer(twin, token);
}

function identity(twin: JiraTwin, c: TwinContext): Answer {
  const caller = bearer(twin, c);
  const { user, scopes } = caller;
  if (!user || (scopes && !scopes.includes('read:me'))) {
    return { status: 403, answered: 'http_403', body: { code: 403, message: 'Forbidden' } };
  }
  const { accountId, emailAddress, displayName, timeZone, accountType } = user;
  const { avatarUrls } = userDetails({ base: twin.origin, rest: `${twin.origin}/rest/api/3`, caller }, user);
  return {
    status: 200,
    answered: 'ok',
    body: {
      account_type: accountType,
      account_id: accountId,
      email: emailAddress,
      name: displayName,
      picture: avatarUrls['48x48'],
      account_status: 'active',
      zoneinfo: timeZone,
      locale: user.locale,
    },
  };
}

/** Answers an operation of Atlassian's identity services. */
export async function serveOAuth(
  twin: JiraTwin,
  c: TwinContext,
  operation: OAuthOperation,
): Promise<Response> {
  const sent = await readBody(c.req.raw);
  const body = 'refused' in sent ? undefined : sent.body;
  const query = new URL(c.req.url).searchParams;
  const work = (): Answer => {
    switch (operation) {
      case 'GET /authorize':
        return authorize(twin, query);
      case 'POST /oauth/token':
        return exchange(twin, body);
      case 'GET /oauth/token/accessible-resources':
        return resources(twin, c);
      case 'GET /me':
        return identity(twin, c);
      case 'GET /_edge/tenant_info':
        return { status: 200, answered: 'ok', body: { cloudId } };
    }
  };
  // Bodies of these operations hold secrets, so that the log knows only what kind they are of.
  const args = { ...(isRecord(body) ? { grant_type: text(body, 'grant_type') } : {}) };
  return answerOperation(twin, c, {
    operation,
    args,
    fault: (reply, fault) => faultAnswer(reply, fault, twin.now()),
    work: () => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof JiraRefusal)) throw error;
        return { status: 401, answered: 'http_401', body: { code: 401, message: 'Unauthorized' } };
      }
    },
  });
}
