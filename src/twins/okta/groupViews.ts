import type { Group } from './state';

export function viewGroup(group: Group, origin: string): object {
  const href = `${origin}/api/v1/groups/${group.id}`;
  return {
    id: group.id,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
    objectClass: ['okta:user_group'],
    type: group.type,
    profile: { ...group.profile, description: group.profile.description ?? null },
    _links: {
      logo: [
        { name: 'medium', href: `${origin}/img/logos/groups/okta-medium.png`, type: 'image/png' },
        { name: 'large', href: `${origin}/img/logos/groups/okta-large.png`, type: 'image/png' },
      ],
      users: { href: `${href}/users` },
      apps: { href: `${href}/apps` },
    },
  };
}
