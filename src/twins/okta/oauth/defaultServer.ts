import type { AuthorizationServer } from './schemas';

/** The custom authorization server every organisation begins with. */
export const defaultServer: AuthorizationServer = {
  id: 'default',
  name: 'default',
  description: 'Default Authorization Server for your Applications',
  status: 'ACTIVE',
  audiences: ['api://default'],
  scopes: [],
  tokenMinutes: 60,
};
