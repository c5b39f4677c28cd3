import type { JWTPayload } from 'jose';
import type { Call } from '../call';
import { newSecret } from '../ids';
import type { User } from '../state';
import { halfHash } from './hashes';
import type { Issue } from './issue';

/** Claims of each scope, and the attribute of the profile each is. */
const attributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  profile: {
    family_name: 'lastName',
    given_name: 'firstName',
    middle_name: 'middleName',
    nickname: 'nickName',
    preferred_username: 'login',
    profile: 'profileUrl',
    locale: 'locale',
    zoneinfo: 'timezone',
  },
  email: { email: 'email' },
  phone: { phone_number: 'primaryPhone' },
};

/** Parts of the claim `address`. */
const addressParts = {
  street_address: 'streetAddress',
  locality: 'city',
  region: 'state',
  postal_code: 'zipCode',
  country: 'countryCode',
};

function pickAttributes(user: User, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const found = Object.entries(names).map(([claim, name]) => [claim, user.profile[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** What the scopes tell about a user. */
export function userClaims(user: User, scopes: readonly string[]): Record<string, unknown> {
  const { firstName, lastName } = user.profile;
  const claims: Record<string, unknown> = {};
  for (const scope of scopes) {
    if (Object.hasOwn(attributes, scope))
      Object.assign(claims, pickAttributes(user, attributes[scope] ?? {}));
    if (scope === 'profile') {
      claims['name'] = [firstName, lastName].filter((part) => typeof part === 'string').join(' ');
      claims['updated_at'] = Math.floor(Date.parse(user.lastUpdated) / 1000);
    }
    if (scope === 'email') claims['email_verified'] = true;
    if (scope === 'address') claims['address'] = pickAttributes(user, addressParts);
  }
  return claims;
}

/** Of the claims of a profile, those in an ID token that comes with an access token; the rest is at userinfo. */
const thin = ['name', 'preferred_username', 'email'];

interface IdToken {
  call: Call;
  issue: Issue;
  user: User;
  accessToken: string;
}

export function idClaims({ call, issue, user, accessToken }: IdToken): JWTPayload {
  const { authorization, issuer, client, scopes, nonce } = issue;
  const about = Object.entries(userClaims(user, scopes)).filter(([name]) => thin.includes(name));
  const now = Math.floor(call.now / 1000);
  return {
    sub: user.id,
    ...Object.fromEntries(about),
    ver: 1,
    iss: issuer.issuer,
    aud: client.id,
    iat: now,
    exp: now + 3600,
    jti: `ID.${newSecret(43)}`,
    amr: authorization.amr,
    idp: call.state.org.id,
    ...(nonce === null || nonce === undefined ? {} : { nonce }),
    ...(authorization.signedIn === null ? {} : { auth_time: Math.floor(authorization.signedIn / 1000) }),
    at_hash: halfHash(accessToken),
  };
}
