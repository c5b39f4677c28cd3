import type { Call, Handler, Reply } from '../call';
import { findUser } from '../directory';
import { findSession } from '../sessions';
import { userParty } from '../systemLog';
import { asked } from './parameters';
import { findClient } from './clients';
import { refuseOAuth } from './errors';
import { claimsOf } from './keys';
import { orErrorPage } from './pages';
import { issuerOf } from './servers';

/** Where the browser goes afterwards; only where the client said that its users may be sent. */
function target(call: Call, clientId: string): string {
  const wanted = asked(call, 'post_logout_redirect_uri');
  if (wanted === undefined) return `${call.origin}/login/login.htm`;
  const client = findClient(call.state, clientId);
  if (!client?.logoutUris.includes(wanted) || !URL.canParse(wanted))
    return refuseOAuth('illegal_post_logout_redirect_uri');
  const url = new URL(wanted);
  const state = asked(call, 'state');
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}

function endSession(call: Call, subject: unknown): void {
  const id = call.caller.session;
  const session = id === undefined ? undefined : findSession(call, id);
  if (!session) return;
  if (session.user !== subject) refuseOAuth('id_token_does_not_match_session');
  call.state.sessions = call.state.sessions.filter((other) => other !== session);
  const user = findUser(call.state, session.user);
  call.log('user.session.end', user ? [userParty(user)] : []);
}

/** Ends the browser's session, shown an ID token of its user, however old. */
export const logOut: Handler = async (call) => {
  const { issuer } = issuerOf(call);
  const claims = await claimsOf(call.twin, asked(call, 'id_token_hint') ?? '');
  const current = { ...call, state: call.twin.state };
  return orErrorPage((): Reply => {
    if (claims?.iss !== issuer || !String(claims.jti).startsWith('ID.'))
      return refuseOAuth('invalid_id_token_hint');
    const location = target(current, String(claims.aud));
    endSession(current, claims.sub);
    const cookie = 'sid=; Path=/; Max-Age=0; HttpOnly; SameSite=None';
    return {
      status: 302,
      headers: [
        ['location', location],
        ['set-cookie', cookie],
      ],
    };
  });
};
