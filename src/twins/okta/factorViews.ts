import type { Factor } from './state';
import { timeStep } from './oneTimeCodes';

const hint = (...allow: string[]) => ({ hints: { allow } });

/** Phone numbers as others may see them. */
function hidden(value: unknown): string {
  return String(value).replace(/\d(?=(?:\D*\d){4})/g, 'X');
}

/** What is shown of a factor, whole or as anybody who signs in may see it. */
function factorProfile(factor: Factor, isHidden: boolean): object | undefined {
  const { phoneNumber } = factor.profile;
  if (isHidden && phoneNumber !== undefined) return { ...factor.profile, phoneNumber: hidden(phoneNumber) };
  return Object.keys(factor.profile).length > 0 ? factor.profile : undefined;
}

/** Members of a factor that are the same wherever it is shown. */
export function plainFactor(factor: Factor, isHidden: boolean): Record<string, unknown> {
  const profile = factorProfile(factor, isHidden);
  return {
    id: factor.id,
    factorType: factor.factorType,
    provider: factor.provider,
    vendorName: factor.provider,
    ...(profile ? { profile } : {}),
  };
}

/** What an authenticator app needs to know, while it is not active. @param href base of the factor's links */
export function activationOf(factor: Factor, href: string): object | undefined {
  if (factor.status === 'ACTIVE') return undefined;
  if (factor.factorType === 'token:software:totp') {
    return {
      timeStep,
      sharedSecret: factor.secret,
      encoding: 'base32',
      keyLength: factor.secret?.length ?? 0,
      _links: { qrcode: { href: `${href}/qr/${factor.id}`, type: 'image/png' } },
    };
  }
  if (factor.factorType !== 'push') return undefined;
  return {
    factorResult: 'WAITING',
    _links: { poll: { href: `${href}/lifecycle/activate/poll`, ...hint('POST') } },
  };
}

/** A factor as administrators see it. */
export function viewFactor(factor: Factor, origin: string): object {
  const user = `${origin}/api/v1/users/${factor.user}`;
  const href = `${user}/factors/${factor.id}`;
  const activation = activationOf(factor, href);
  const pending = factor.status === 'PENDING_ACTIVATION';
  const isSent = ['sms', 'call', 'email'].includes(factor.factorType);
  return {
    ...plainFactor(factor, false),
    status: factor.status,
    created: factor.created,
    lastUpdated: factor.lastUpdated,
    ...(activation ? { _embedded: { activation } } : {}),
    _links: {
      ...(pending && factor.factorType !== 'push'
        ? { activate: { href: `${href}/lifecycle/activate`, ...hint('POST') } }
        : {}),
      ...(pending && factor.factorType === 'push'
        ? { poll: { href: `${href}/lifecycle/activate/poll`, ...hint('POST') } }
        : {}),
      ...(pending && isSent
        ? { resend: [{ name: factor.factorType, href: `${href}/resend`, ...hint('POST') }] }
        : {}),
      ...(pending ? {} : { verify: { href: `${href}/verify`, ...hint('POST') } }),
      ...(factor.factorType === 'question'
        ? { questions: { href: `${user}/factors/questions`, ...hint('GET') } }
        : {}),
      self: { href, ...hint('GET', 'DELETE') },
      user: { href: user, ...hint('GET') },
    },
  };
}
