/** Anybody may ask; bodies are forms, errors those of OAuth, credentials the client's. */
const oauth = { scope: null, oauth: true } as const;

const grants = {
  read: { scope: 'okta.appGrants.read' },
  manage: { scope: 'okta.appGrants.manage' },
} as const;
const servers = {
  read: { scope: 'okta.authorizationServers.read' },
  manage: { scope: 'okta.authorizationServers.manage' },
} as const;

/** OAuth and OpenID Connect of the organisation's own authorization server and of custom ones. */
export const oauthOperations = {
  'GET /api/v1/apps/{appId}/grants': grants.read,
  'POST /api/v1/apps/{appId}/grants': grants.manage,
  'GET /api/v1/apps/{appId}/grants/{grantId}': grants.read,
  'DELETE /api/v1/apps/{appId}/grants/{grantId}': grants.manage,
  'GET /api/v1/authorizationServers': servers.read,
  'POST /api/v1/authorizationServers': servers.manage,
  'GET /api/v1/authorizationServers/{authServerId}': servers.read,
  'PUT /api/v1/authorizationServers/{authServerId}': servers.manage,
  'DELETE /api/v1/authorizationServers/{authServerId}': servers.manage,
  'POST /api/v1/authorizationServers/{authServerId}/lifecycle/activate': servers.manage,
  'POST /api/v1/authorizationServers/{authServerId}/lifecycle/deactivate': servers.manage,
  'GET /api/v1/authorizationServers/{authServerId}/scopes': servers.read,
  'POST /api/v1/authorizationServers/{authServerId}/scopes': servers.manage,
  'GET /login/login.htm': oauth,
  'POST /login/login.htm': oauth,
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
