import type { Handler } from '../call';
import * as grants from './grants';
import * as servers from './serversApi';
import { authorizeClient } from './authorize';
import { introspectToken, revokeToken } from './inspection';
import { logOut } from './logout';
import { getKeys, getOAuthMetadata, getOpenIdMetadata } from './metadata';
import type { oauthOperations } from './operations';
import { showSignIn, submitSignIn } from './signInPage';
import { makeToken } from './tokenEndpoint';
import { getUserInfo } from './userinfo';

/** What the operations of OAuth do. */
export const oauthHandlers: Readonly<Record<keyof typeof oauthOperations, Handler>> = {
  'GET /api/v1/apps/{appId}/grants': grants.listGrants,
  'POST /api/v1/apps/{appId}/grants': grants.grantScope,
  'GET /api/v1/apps/{appId}/grants/{grantId}': grants.getGrant,
  'DELETE /api/v1/apps/{appId}/grants/{grantId}': grants.revokeGrant,
  'GET /api/v1/authorizationServers': servers.listServers,
  'POST /api/v1/authorizationServers': servers.createServer,
  'GET /api/v1/authorizationServers/{authServerId}': servers.getServer,
  'PUT /api/v1/authorizationServers/{authServerId}': servers.replaceServer,
  'DELETE /api/v1/authorizationServers/{authServerId}': servers.deleteServer,
  'POST /api/v1/authorizationServers/{authServerId}/lifecycle/activate': servers.activateServer,
  'POST /api/v1/authorizationServers/{authServerId}/lifecycle/deactivate': servers.deactivateServer,
  'GET /api/v1/authorizationServers/{authServerId}/scopes': servers.listScopes,
  'POST /api/v1/authorizationServers/{authServerId}/scopes': servers.createScope,
  'GET /login/login.htm': showSignIn,
  'POST /login/login.htm': submitSignIn,
  'GET /.well-known/openid-configuration': getOpenIdMetadata,
  'GET /.well-known/oauth-authorization-server': getOAuthMetadata,
  'GET /oauth2/v1/keys': getKeys,
  'GET /oauth2/v1/authorize': authorizeClient,
  'POST /oauth2/v1/authorize': authorizeClient,
  'POST /oauth2/v1/token': makeToken,
  'POST /oauth2/v1/introspect': introspectToken,
  'POST /oauth2/v1/revoke': revokeToken,
  'GET /oauth2/v1/userinfo': getUserInfo,
  'POST /oauth2/v1/userinfo': getUserInfo,
  'GET /oauth2/v1/logout': logOut,
  'POST /oauth2/v1/logout': logOut,
  'GET /oauth2/{authorizationServerId}/.well-known/openid-configuration': getOpenIdMetadata,
  'GET /oauth2/{authorizationServerId}/.well-known/oauth-authorization-server': getOAuthMetadata,
  'GET /oauth2/{authorizationServerId}/v1/keys': getKeys,
  'GET /oauth2/{authorizationServerId}/v1/authorize': authorizeClient,
  'POST /oauth2/{authorizationServerId}/v1/authorize': authorizeClient,
  'POST /oauth2/{authorizationServerId}/v1/token': makeToken,
  'POST /oauth2/{authorizationServerId}/v1/introspect': introspectToken,
  'POST /oauth2/{authorizationServerId}/v1/revoke': revokeToken,
  'GET /oauth2/{authorizationServerId}/v1/userinfo': getUserInfo,
  'POST /oauth2/{authorizationServerId}/v1/userinfo': getUserInfo,
  'GET /oauth2/{authorizationServerId}/v1/logout': logOut,
  'POST /oauth2/{authorizationServerId}/v1/logout': logOut,
};
