import { makeId, noContent, param, textOf, type Call, type Handler } from '../call';
import { refuse, refuseField, refuseUnknown } from '../errors';
import { listPage } from '../paging';
import { defaultServer } from './defaultServer';
import { hashOf } from './hashes';
import type { AuthorizationServer } from './schemas';

const limits = { usual: 200, most: 200 };

function needServer(call: Call): AuthorizationServer {
  const wanted = param(call, 'authServerId');
  return (
    call.state.authorizationServers.find(({ id }) => id === wanted) ??
    refuseUnknown(wanted, 'AuthorizationServer')
  );
}

function viewServer(call: Call, server: AuthorizationServer): object {
  const href = `${call.origin}/api/v1/authorizationServers/${server.id}`;
  const get = { hints: { allow: ['GET'] } };
  const switching = server.status === 'ACTIVE' ? 'deactivate' : 'activate';
  const { id, name, description, audiences, status } = server;
  return {
    id,
    name,
    description,
    audiences,
    issuer: `${call.origin}/oauth2/${id}`,
    issuerMode: 'ORG_URL',
    status,
    credentials: { signing: { rotationMode: 'AUTO' } },
    default: id === defaultServer.id,
    _links: {
      self: { href, hints: { allow: ['GET', 'DELETE', 'PUT'] } },
      scopes: { href: `${href}/scopes`, ...get },
      metadata: [
        {
          name: 'oauth-authorization-server',
          href: `${call.origin}/oauth2/${id}/.well-known/oauth-authorization-server`,
          ...get,
        },
        {
          name: 'openid-configuration',
          href: `${call.origin}/oauth2/${id}/.well-known/openid-configuration`,
          ...get,
        },
      ],
      [switching]: { href: `${href}/lifecycle/${switching}`, hints: { allow: ['POST'] } },
    },
  };
}

/** What a request says of a server. */
function readServer({ body }: Call): Pick<AuthorizationServer, 'name' | 'description' | 'audiences'> {
  const name = textOf(body['name']) ?? '';
  if (name === '') refuseField('name', 'name: The field cannot be left blank');
  const { audiences } = body;
  if (
    !Array.isArray(audiences) ||
    audiences.length !== 1 ||
    typeof audiences[0] !== 'string' ||
    audiences[0] === ''
  )
    return refuseField('audiences', 'audiences: There must be exactly one audience');
  return { name, description: textOf(body['description']) ?? '', audiences: [audiences[0]] };
}

export const listServers: Handler = (call) => {
  const words = call.query.get('q')?.toLowerCase() ?? '';
  const fits = ({ name, audiences }: AuthorizationServer) =>
    [name, ...audiences].some((text) => text.toLowerCase().includes(words));
  return listPage(call, call.state.authorizationServers.filter(fits), {
    limits,
    idOf: ({ id }) => id,
    view: (server) => viewServer(call, server),
  });
};

export const createServer: Handler = (call) => {
  const content = readServer(call);
  const server = { ...defaultServer, ...content, id: makeId(call, 'aus') };
  call.state.authorizationServers.push(server);
  return { status: 201, body: viewServer(call, server) };
};

export const getServer: Handler = (call) => ({ body: viewServer(call, needServer(call)) });

export const replaceServer: Handler = (call) => {
  const server = needServer(call);
  Object.assign(server, readServer(call));
  return { body: viewServer(call, server) };
};

export const deleteServer: Handler = (call) => {
  const server = needServer(call);
  // The one every organisation has stays.
  if (server.id === defaultServer.id) refuse('E0000006');
  call.state.authorizationServers = call.state.authorizationServers.filter((other) => other !== server);
  return noContent;
};

function switchServer(status: AuthorizationServer['status']): Handler {
  return (call) => {
    needServer(call).status = status;
    return noContent;
  };
}
export const activateServer = switchServer('ACTIVE');
export const deactivateServer = switchServer('INACTIVE');

function viewScope(call: Call, server: AuthorizationServer, name: string): object {
  const id = `scp${hashOf(`${server.id} ${name}`).replace(/[-_]/g, 'x').slice(0, 17)}`;
  const href = `${call.origin}/api/v1/authorizationServers/${server.id}/scopes/${id}`;
  return {
    id,
    name,
    displayName: name,
    description: '',
    system: false,
    default: false,
    consent: 'IMPLICIT',
    optional: false,
    metadataPublish: 'ALL_CLIENTS',
    _links: { self: { href, hints: { allow: ['GET'] } } },
  };
}

export const listScopes: Handler = (call) => {
  const server = needServer(call);
  return { body: server.scopes.map((name) => viewScope(call, server, name)) };
};

export const createScope: Handler = (call) => {
  const server = needServer(call);
  const name = textOf(call.body['name']) ?? '';
  if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/.test(name))
    refuseField('name', 'name: The scope name is not valid');
  if (server.scopes.includes(name)) refuseField('name', 'name: The scope name must be unique');
  server.scopes.push(name);
  return { status: 201, body: viewScope(call, server, name) };
};
