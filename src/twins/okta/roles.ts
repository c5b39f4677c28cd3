/** Administrator roles and what each may do, as scopes; `*` is all, `*.read` all that only reads. */
const roles: Readonly<Record<string, readonly string[]>> = {
  SUPER_ADMIN: ['*'],
  ORG_ADMIN: ['*'],
  API_ACCESS_MANAGEMENT_ADMIN: [
    'okta.authorizationServers.manage',
    'okta.clients.manage',
    'okta.apps.manage',
  ],
  APP_ADMIN: ['okta.apps.manage', 'okta.users.read', 'okta.groups.read'],
  USER_ADMIN: ['okta.users.manage', 'okta.groups.manage', 'okta.apps.read', 'okta.factors.manage'],
  HELP_DESK_ADMIN: ['okta.users.read', 'okta.groups.read'],
  GROUP_MEMBERSHIP_ADMIN: ['okta.groups.manage', 'okta.users.read'],
  REPORT_ADMIN: ['okta.logs.read', 'okta.users.read', 'okta.groups.read'],
  READ_ONLY_ADMIN: ['*.read'],
};

/** Names of the roles as people read them. */
export const roleLabels: Readonly<Record<string, string>> = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organization Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'Group Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  REPORT_ADMIN: 'Report Administrator',
  READ_ONLY_ADMIN: 'Read-only Administrator',
};

/** What a role may do; nothing for one that does not exist. */
export function scopesOf(role: string): readonly string[] {
  return (Object.hasOwn(roles, role) ? roles[role] : undefined) ?? [];
}

export function scopesOfRoles(names: readonly string[]): readonly string[] {
  return names.flatMap(scopesOf);
}

/** True when one of the scopes held covers the one needed; who may manage may also read. */
export function covers(held: readonly string[], needed: string): boolean {
  const readOnly = needed.endsWith('.read');
  return held.some(
    (scope) =>
      scope === '*' ||
      scope === needed ||
      (readOnly && (scope === '*.read' || scope === needed.replace(/\.read$/, '.manage'))),
  );
}
