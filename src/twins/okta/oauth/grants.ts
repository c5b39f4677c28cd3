import { needApp } from '../apps';
import { noContent, param, textOf, type Call, type Handler } from '../call';
import { refuseField, refuseUnknown } from '../errors';
import { propertyOf } from '../filter';
import type { App } from '../state';
import { appParty } from '../systemLog';
import { hashOf } from './hashes';

const mostGrants = 1000;

/** The id of a grant follows from what it grants. */
const grantId = (app: App, scope: string): string =>
  `oag${hashOf(`${app.id} ${scope}`).replace(/[-_]/g, 'x').slice(0, 17)}`;

function viewGrant(call: Call, app: App, scope: string): object {
  const id = grantId(app, scope);
  const href = `${call.origin}/api/v1/apps/${app.id}`;
  return {
    id,
    status: 'ACTIVE',
    created: app.lastUpdated,
    createdBy: { id: call.caller.user?.id ?? 'okta-system', type: 'User' },
    lastUpdated: app.lastUpdated,
    issuer: call.origin,
    clientId: propertyOf(app.credentials, 'oauthClient.client_id') ?? app.id,
    scopeId: scope,
    source: 'ADMIN',
    _embedded: { scope: { id: scope } },
    _links: {
      app: { href, title: app.label },
      self: { href: `${href}/grants/${id}`, hints: { allow: ['GET', 'DELETE'] } },
      client: { href: `${call.origin}/oauth2/v1/clients/${app.id}`, title: app.label },
    },
  };
}

function needGrant(call: Call): { app: App; scope: string } {
  const app = needApp(call);
  const wanted = param(call, 'grantId');
  const scope = app.grants?.find((one) => grantId(app, one) === wanted);
  return scope === undefined ? refuseUnknown(wanted, 'OAuth2ScopeConsentGrant') : { app, scope };
}

export const listGrants: Handler = (call) => {
  const app = needApp(call);
  return { body: (app.grants ?? []).map((scope) => viewGrant(call, app, scope)) };
};

/** Lets a client have a scope of Okta's own API. */
export const grantScope: Handler = (call) => {
  const app = needApp(call);
  const scope = textOf(call.body['scopeId']) ?? '';
  if (!/^okta\.[\w.]{1,100}$/.test(scope)) refuseField('scopeId', 'scopeId: The scope is not valid');
  if (textOf(call.body['issuer']) !== call.origin) refuseField('issuer', 'issuer: The issuer is not valid');
  const granted = new Set(app.grants).add(scope);
  if (granted.size > mostGrants) refuseField('scopeId', 'scopeId: There are too many grants');
  app.grants = [...granted];
  call.log('app.oauth2.admin.consent.grant', [appParty(app)]);
  return { status: 201, body: viewGrant(call, app, scope) };
};

export const getGrant: Handler = (call) => {
  const { app, scope } = needGrant(call);
  return { body: viewGrant(call, app, scope) };
};

export const revokeGrant: Handler = (call) => {
  const { app, scope } = needGrant(call);
  app.grants = (app.grants ?? []).filter((one) => one !== scope);
  call.log('app.oauth2.admin.consent.revoke', [appParty(app)]);
  return noContent;
};
