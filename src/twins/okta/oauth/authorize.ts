import type { Call, Handler, Reply } from '../call';
import { findUser } from '../directory';
import { newSecret } from '../ids';
import { findSession, startSession } from '../sessions';
import type { Session, User } from '../state';
import { appParty, userParty } from '../systemLog';
import { authorize } from './authorizations';
import { findClient, type OAuthClient } from './clients';
import { OAuthRefusal, refuseOAuth } from './errors';
import { asked } from './parameters';
import { orErrorPage, sendBack, type ResponseMode } from './pages';
import { userScopes } from './scopes';
import { issuerOf, type Issuer } from './servers';

const codeLastsMs = 60_000;
const modes: readonly string[] = ['query', 'fragment', 'form_post'] satisfies ResponseMode[];
const prompts = ['none', 'login', 'consent'];

/** The challenge a code verifier must answer; null where there is none. */
function readChallenge(call: Call, client: OAuthClient): string | null {
  const challenge = asked(call, 'code_challenge');
  if (challenge === undefined) return client.pkceRequired ? refuseOAuth('pkce_missing_challenge') : null;
  if (asked(call, 'code_challenge_method') !== 'S256') refuseOAuth('pkce_unsupported_code_challenge_method');
  return /^[\w.~-]{43,128}$/.test(challenge) ? challenge : refuseOAuth('pkce_invalid_challenge');
}

/** Milliseconds; when the user last showed a password or factor. */
const signedInAt = (session: Session): number => Date.parse(session.createdAt);

/** The session the browser has, if it is new enough; that of a session token is as new as can be. */
function openSession(call: Call): Session | null {
  const token = asked(call, 'sessionToken');
  if (token !== undefined) return startSession(call, token);
  const { session: id } = call.caller;
  const session = id === undefined ? undefined : findSession(call, id);
  if (!session || asked(call, 'prompt') === 'login') return null;
  const maxAge = Number(asked(call, 'max_age') ?? Infinity);
  return call.now - signedInAt(session) > maxAge * 1000 ? null : session;
}

function isAssigned(call: Call, { app }: OAuthClient, user: User): boolean {
  if (app.users.some(({ id }) => id === user.id)) return true;
  const assigned = app.groups.map(({ id }) => id);
  return call.state.groups.some(({ id, members }) => assigned.includes(id) && members.includes(user.id));
}

/** A request that may be answered at `redirectUri`. */
interface Asking {
  issuer: Issuer;
  client: OAuthClient;
  redirectUri: string;
  mode: ResponseMode;
  /** Sent back as it came. */
  state: Record<string, string>;
}

function makeCode(call: Call, { issuer, client, redirectUri }: Asking, allowed: Allowed): string {
  const { session, user, scopes, challenge } = allowed;
  const authorization = authorize(call, {
    client: client.id,
    server: issuer.server,
    user: user.id,
    scopes,
    signedIn: signedInAt(session),
    amr: session.amr,
  });
  const code = newSecret(43);
  const nonce = asked(call, 'nonce') ?? null;
  const from = { authorization: authorization.id, redirectUri, nonce, challenge };
  call.state.oauth.codes.push({ code, ...from, expiresAt: call.now + codeLastsMs, used: false });
  const event = issuer.server === null ? 'app.oauth2.authorize.code' : 'app.oauth2.as.authorize.code';
  call.log(event, [userParty(user), appParty(client.app)]);
  return code;
}

interface Allowed {
  session: Session;
  user: User;
  scopes: string[];
  challenge: string | null;
}

/** Leads a browser without a session to where it gets one. */
function signInFirst(call: Call): Reply {
  if (asked(call, 'prompt') === 'none') refuseOAuth('login_required');
  const parameters = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(call.body)) parameters.set(name, String(value));
  // Whoever comes back has just signed in, as these ask for.
  for (const name of ['prompt', 'max_age', 'sessionToken']) parameters.delete(name);
  const back = `${call.uri.replace(/\?.*$/s, '')}?${parameters.toString()}`;
  const from = new URLSearchParams({ fromURI: back }).toString();
  return { status: 302, headers: [['location', `${call.origin}/login/login.htm?${from}`]] };
}

function answerCode(call: Call, asking: Asking): Reply {
  const { client, issuer, redirectUri, mode, state } = asking;
  if (asked(call, 'response_type') !== 'code') refuseOAuth('unsupported_response_type', { about: 'code' });
  if (!client.grantTypes.includes('authorization_code'))
    refuseOAuth('unauthorized_client', { about: client.grantTypes.join(', ') });
  const prompt = asked(call, 'prompt');
  if (prompt !== undefined && !prompts.includes(prompt)) refuseOAuth('invalid_prompt');
  const scopes = userScopes(issuer, client, asked(call, 'scope') ?? '');
  const challenge = readChallenge(call, client);
  const session = openSession(call);
  const user = session && findUser(call.state, session.user);
  if (!session || user?.status !== 'ACTIVE') return signInFirst(call);
  if (!isAssigned(call, client, user)) refuseOAuth('user_not_assigned');
  const code = makeCode(call, asking, { session, user, scopes, challenge });
  const { status = 302, body, headers = [] } = sendBack(redirectUri, mode, { code, ...state });
  const cookie = ['set-cookie', `sid=${session.id}; Path=/; HttpOnly; SameSite=None`] as const;
  return { status, ...(body ? { body } : {}), headers: [...headers, cookie] };
}

function readAsking(call: Call): Asking {
  const issuer = issuerOf(call);
  const client = findClient(call.state, asked(call, 'client_id') ?? '') ?? refuseOAuth('invalid_client_id');
  const redirectUri = asked(call, 'redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri) || !URL.canParse(redirectUri))
    refuseOAuth('illegal_redirect_uri');
  const mode = asked(call, 'response_mode') ?? 'query';
  if (!modes.includes(mode)) refuseOAuth('unsupported_response_mode');
  const state = asked(call, 'state');
  return {
    issuer,
    client,
    redirectUri,
    mode: mode as ResponseMode,
    state: state === undefined ? {} : { state },
  };
}

/** The authorization endpoint. Clients hear of errors by redirect, unless it is unknown where they are. */
export const authorizeClient: Handler = (call) =>
  orErrorPage(() => {
    const asking = readAsking(call);
    try {
      return answerCode(call, asking);
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      const { redirectUri, mode, state } = asking;
      const said = { error: error.error, error_description: error.description };
      return sendBack(redirectUri, mode, { ...state, ...said });
    }
  });
