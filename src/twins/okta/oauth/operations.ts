/** Anybody may ask; bodies are forms, errors those of OAuth, credentials the client's. */
const oauth = { scope: null, oauth: true } as const;

/** OAuth and OpenID Connect of the organisation's own authorization server and of custom ones. */
export const oauthOperations = {
  'GET /.well-known/openid-configuration': oauth,
  'GET /.well-known/oauth-authorization-server': oauth,
  'GET /oauth2/v1/keys': oauth,
  'GET /oauth2/v1/authorize': oauth,
  'POST /oauth2/v1/authorize': oauth,
  'POST /oauth2/v1/token': oauth,
  'POST /oauth2/v1/introspect': oauth,
  'POST /oauth2/v1/revoke': oauth,
  'GET /oauth2/v1/userinfo': oauth,
  'POST /oauth2/v1/userinfo': oauth,
  'GET /oauth2/v1/logout': oauth,
  'POST /oauth2/v1/logout': oauth,
  'GET /oauth2/{authorizationServerId}/.well-known/openid-configuration': oauth,
  'GET /oauth2/{authorizationServerId}/.well-known/oauth-authorization-server': oauth,
  'GET /oauth2/{authorizationServerId}/v1/keys': oauth,
  'GET /oauth2/{authorizationServerId}/v1/authorize': oauth,
  'POST /oauth2/{authorizationServerId}/v1/authorize': oauth,
  'POST /oauth2/{authorizationServerId}/v1/token': oauth,
  'POST /oauth2/{authorizationServerId}/v1/introspect': oauth,
  'POST /oauth2/{authorizationServerId}/v1/revoke': oauth,
  'GET /oauth2/{authorizationServerId}/v1/userinfo': oauth,
  'POST /oauth2/{authorizationServerId}/v1/userinfo': oauth,
  'GET /oauth2/{authorizationServerId}/v1/logout': oauth,
  'POST /oauth2/{authorizationServerId}/v1/logout': oauth,
} as const;
