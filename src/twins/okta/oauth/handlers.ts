import type { Handler } from '../call';
import { authorizeClient } from './authorize';
import { introspectToken, revokeToken } from './inspection';
import { logOut } from './logout';
import { getKeys, getOAuthMetadata, getOpenIdMetadata } from './metadata';
import type { oauthOperations } from './operations';
import { makeToken } from './tokenEndpoint';
import { getUserInfo } from './userinfo';

/** What the operations of OAuth do. */
export const oauthHandlers: Readonly<Record<keyof typeof oauthOperations, Handler>> = {
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
