import { param, type Call, type Handler } from './call';
import { refuseUnknown } from './errors';
import { schemaOf } from './profiles';
import { userTypeId } from './state';

const schemaId = 'default';

/** The schema of user profiles: the standard attributes, and the organisation's own. */
export const getUserSchema: Handler = (call) => {
  const wanted = param(call, 'schemaId');
  if (wanted !== schemaId) refuseUnknown(wanted, 'UserSchema');
  const { base, custom } = schemaOf(call.state.attributes);
  const id = `${call.origin}/meta/schemas/user/${schemaId}`;
  return {
    body: {
      id,
      $schema: 'http://json-schema.org/draft-04/schema#',
      name: 'user',
      title: 'User',
      type: 'object',
      definitions: {
        base: { id: '#base', type: 'object', ...base },
        custom: { id: '#custom', type: 'object', ...custom },
      },
      properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
      _links: {
        self: { href: `${call.origin}/api/v1/meta/schemas/user/${schemaId}`, method: 'GET', rel: 'self' },
        type: { href: `${call.origin}/api/v1/meta/types/user/${userTypeId}`, method: 'GET', rel: 'type' },
      },
    },
  };
};

function viewUserType(call: Call): object {
  return {
    id: userTypeId,
    displayName: 'User',
    name: 'user',
    description: 'Okta user profile template with default permission settings',
    default: true,
    _links: {
      self: { href: `${call.origin}/api/v1/meta/types/user/${userTypeId}`, method: 'GET', rel: 'self' },
      schema: { href: `${call.origin}/api/v1/meta/schemas/user/${schemaId}`, method: 'GET', rel: 'schema' },
    },
  };
}

export const listUserTypes: Handler = (call) => ({ body: [viewUserType(call)] });

export const getUserType: Handler = (call) => {
  const wanted = param(call, 'typeId');
  return wanted === userTypeId || wanted === 'default'
    ? { body: viewUserType(call) }
    : refuseUnknown(wanted, 'UserType');
};
