import type { OAuthClient } from './clients';
import { refuseOAuth } from './errors';
import { openIdScopes, type Issuer } from './servers';

/** The scopes in a request, each once. */
export const splitScopes = (text: string): string[] => [
  ...new Set(text.split(' ').filter((one) => one !== '')),
];

const isOktaScope = (scope: string): boolean => scope.startsWith('okta.');

function isOpenIdScope({ server }: Issuer, scope: string): boolean {
  return openIdScopes.includes(scope) && (scope !== 'groups' || server === null);
}

/** Without those of Okta's own API that an administrator did not grant to the client. */
function onlyGranted({ app }: OAuthClient, scopes: readonly string[]): string[] {
  const granted = scopes.filter((scope) => !isOktaScope(scope) || app.grants?.includes(scope));
  if (scopes.some(isOktaScope) && !granted.some(isOktaScope)) refuseOAuth('no_org_scopes_granted');
  return granted;
}

/** The scopes a user's sign-in may give. */
export function userScopes(issuer: Issuer, client: OAuthClient, text: string): string[] {
  const scopes = splitScopes(text);
  if (scopes.length === 0) refuseOAuth('no_default_scopes');
  if (!scopes.every((scope) => isOpenIdScope(issuer, scope) || issuer.isCustomScope(scope)))
    refuseOAuth('no_matching_scope');
  if (!scopes.includes('openid') && scopes.some((scope) => isOpenIdScope(issuer, scope)))
    refuseOAuth('openid_scope_required');
  if (scopes.includes('offline_access') && !client.grantTypes.includes('refresh_token'))
    refuseOAuth('unauthorized_client', { about: client.grantTypes.join(', ') });
  return onlyGranted(client, scopes);
}

/** The scopes a client may have for itself. */
export function clientScopes(issuer: Issuer, client: OAuthClient, text: string): string[] {
  const scopes = splitScopes(text);
  if (scopes.length === 0) refuseOAuth('no_default_scopes');
  if (scopes.some((scope) => isOpenIdScope(issuer, scope))) refuseOAuth('openid_not_allowed_client_creds');
  if (!scopes.every(issuer.isCustomScope)) refuseOAuth('no_matching_scope');
  return onlyGranted(client, scopes);
}
