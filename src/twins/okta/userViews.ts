import { viewProfile } from './profiles';
import type { UserStatus } from './schemas';
import type { User } from './state';

/** Links of a user by status, beside those that every user has; each is below the user unless it says otherwise. */
const lifecycle = (name: string) => ({ path: `/lifecycle/${name}`, method: 'POST' });
const credential = (name: string) => ({ path: `/credentials/${name}`, method: 'POST' });
const userLinks = {
  activate: lifecycle('activate'),
  reactivate: lifecycle('reactivate'),
  suspend: lifecycle('suspend'),
  unsuspend: lifecycle('unsuspend'),
  unlock: lifecycle('unlock'),
  resetPassword: lifecycle('reset_password'),
  expirePassword: lifecycle('expire_password'),
  resetFactors: lifecycle('reset_factors'),
  deactivate: lifecycle('deactivate'),
  changePassword: credential('change_password'),
  forgotPassword: credential('forgot_password'),
  changeRecoveryQuestion: credential('change_recovery_question'),
  delete: { path: '', method: 'DELETE' },
} as const;
type UserLink = keyof typeof userLinks;

const linksOf: Readonly<Record<UserStatus, readonly UserLink[]>> = {
  STAGED: ['activate'],
  PROVISIONED: ['reactivate', 'resetPassword', 'deactivate'],
  ACTIVE: [
    'suspend',
    'resetPassword',
    'forgotPassword',
    'expirePassword',
    'changeRecoveryQuestion',
    'changePassword',
    'deactivate',
  ],
  RECOVERY: ['reactivate', 'resetPassword', 'deactivate'],
  PASSWORD_EXPIRED: ['resetPassword', 'changePassword', 'deactivate'],
  LOCKED_OUT: ['unlock', 'resetPassword', 'deactivate'],
  SUSPENDED: ['unsuspend', 'deactivate'],
  DEPROVISIONED: ['activate', 'delete'],
};

/** The credentials of a user, without what is secret. */
export function viewCredentials({ credentials }: User): object {
  const { password, recovery_question: question, provider } = credentials;
  return {
    ...(password ? { password: {} } : {}),
    ...(question ? { recovery_question: { question: question.question } } : {}),
    provider,
  };
}

/** A user as searches and filters look at it, and as clients see it but for the links. */
export function plainUser(user: User): Record<string, unknown> {
  return {
    id: user.id,
    status: user.status,
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: user.lastLogin,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    ...(user.transitioningToStatus ? { transitioningToStatus: user.transitioningToStatus } : {}),
    type: user.type,
    profile: viewProfile(user.profile),
    credentials: viewCredentials(user),
  };
}

/** A user in a list, which has no link but to itself. */
export function listedUser(user: User, origin: string): object {
  return { ...plainUser(user), _links: { self: { href: `${origin}/api/v1/users/${user.id}` } } };
}

/** A user on its own, with what can be done to it. */
export function viewUser(user: User, origin: string, hasFactors: boolean): object {
  const href = `${origin}/api/v1/users/${user.id}`;
  const names: readonly UserLink[] = [
    ...linksOf[user.status],
    ...(hasFactors ? (['resetFactors'] as const) : []),
  ];
  const links = names.map((name) => {
    const { path, method } = userLinks[name];
    return [name, { href: `${href}${path}`, method }] as const;
  });
  return {
    ...plainUser(user),
    _links: {
      ...Object.fromEntries(links),
      schema: { href: `${origin}/api/v1/meta/schemas/user/default` },
      type: { href: `${origin}/api/v1/meta/types/user/${user.type.id}` },
      self: { href },
    },
  };
}
