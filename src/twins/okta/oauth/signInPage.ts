import { authenticatePrimary } from '../authn';
import type { Call, Handler, Reply } from '../call';
import { OktaRefusal } from '../errors';
import { propertyOf } from '../filter';
import { startSession } from '../sessions';
import { asked } from './parameters';
import { escape, page } from './pages';

/** A path of this organisation, and nothing that leads a browser elsewhere. */
function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text) ? text : '/';
}

function showForm(call: Call, status: number, problem = ''): Reply {
  const from = escape(ownPath(asked(call, 'fromURI')));
  const username = escape(asked(call, 'username') ?? asked(call, 'login_hint') ?? '');
  const form = `<form method="POST" action="/login/login.htm"><input type="hidden" name="fromURI" value="${from}"><label>Username <input name="username" autocomplete="username" value="${username}"></label><label>Password <input name="password" type="password" autocomplete="current-password"></label><button type="submit">Sign In</button></form>`;
  const alert = problem === '' ? '' : `<p role="alert">${escape(problem)}</p>`;
  return page(status, `${call.state.org.name} - Sign In`, `<h1>Sign In</h1>${alert}${form}`);
}

/** Where a browser without a session signs in. */
export const showSignIn: Handler = (call) => showForm(call, 200);

/** Takes what the page sends, by the rules of the Authn API, and leads the browser back with a session. */
export const submitSignIn: Handler = async (call) => {
  const { username, password } = call.body;
  let token: unknown;
  try {
    const { body } = await authenticatePrimary({ ...call, body: { username, password } });
    token = propertyOf(body, 'sessionToken');
  } catch (error) {
    if (!(error instanceof OktaRefusal)) throw error;
    return showForm(call, 401, 'Unable to sign in');
  }
  const session = typeof token === 'string' ? startSession(call, token) : null;
  if (!session)
    return showForm(call, 401, 'More than a password is needed, which this page does not ask for');
  return {
    status: 302,
    headers: [
      ['location', `${call.origin}${ownPath(asked(call, 'fromURI'))}`],
      ['set-cookie', `sid=${session.id}; Path=/; HttpOnly; SameSite=None`],
    ],
  };
};
