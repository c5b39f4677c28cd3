import { refuseField } from './errors';

/** Attributes every user profile may have; all are text. */
const standardAttributes = new Set(
  [
    'login email secondEmail firstName lastName middleName honorificPrefix honorificSuffix title displayName',
    'nickName profileUrl primaryPhone mobilePhone streetAddress city state zipCode countryCode postalAddress',
    'preferredLanguage locale timezone userType employeeNumber costCenter organization division department',
    'managerId manager',
  ]
    .join(' ')
    .split(' '),
);
const required = ['login', 'email', 'firstName', 'lastName'];
/** Shown although they are empty. */
const alwaysShown = ['firstName', 'lastName', 'mobilePhone', 'secondEmail', 'login', 'email'];
const emails = ['login', 'email', 'secondEmail'];
const longest: Readonly<Record<string, number>> = { login: 100, email: 100, firstName: 50, lastName: 50 };
/** Characters of any other text, and elements of an array. */
const longestText = 10_000;

export type Profile = Record<string, unknown>;
type Attributes = Readonly<Record<string, { type: string; required: boolean }>>;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The profile of a seed with what Okta requires; names come from the login where there are none. */
export function completeProfile(profile: Profile): Profile {
  if (['firstName', 'lastName', 'email'].every((name) => Object.hasOwn(profile, name))) return profile;
  const login = String(profile['login']);
  const [local = login] = login.split('@');
  const words = local.split(/[._+-]+/).filter((word) => word !== '');
  return {
    firstName: capital(words[0] ?? login),
    lastName: capital(words.at(-1) ?? login),
    email: login.includes('@') ? login : `${login}@example.com`,
    ...profile,
  };
}

/** The profile as clients see it: what is empty is left out, but for what is always shown. */
export function viewProfile(profile: Profile): Profile {
  const shown = alwaysShown.map((name): [string, unknown] => [name, profile[name] ?? null]);
  const filled = Object.entries(profile).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries([...shown, ...filled]);
}

const isEmail = (value: string): boolean => /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(value);

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') {
    return (
      Array.isArray(value) &&
      value.length <= longestText &&
      value.every((item) => ['string', 'number', 'boolean'].includes(typeof item))
    );
  }
  if (type === 'number') return Number.isFinite(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function problemOf(name: string, value: unknown, custom: Attributes): string | null {
  const attribute = Object.hasOwn(custom, name) ? custom[name] : undefined;
  if (!attribute && !standardAttributes.has(name)) return `${name}: Property is not defined in the schema`;
  const type = attribute?.type ?? 'string';
  if (!hasType(value, type)) return `${name}: Property type must be ${type}`;
  if (typeof value !== 'string') return null;
  const most = longest[name] ?? longestText;
  if (value.length > most) return `${name}: The field cannot be longer than ${most} characters`;
  if (name === 'login' && !isEmail(value)) return 'login: Username must be in the form of an email address';
  if (emails.includes(name) && !isEmail(value)) return `${name}: Does not match required pattern`;
  return null;
}

/** Refuses a profile that the schema does not allow. */
export function checkProfile(profile: Profile, custom: Attributes): void {
  const needed = [...required, ...Object.keys(custom).filter((name) => custom[name]?.required)];
  const isEmpty = (name: string) =>
    [undefined, null, ''].includes(profile[name] as string | null | undefined);
  const problems = needed
    .filter(isEmpty)
    .map((name): [string, string] => [name, `${name}: The field cannot be left blank`]);
  for (const [name, value] of Object.entries(profile)) {
    if (value === null || value === '') continue;
    const problem = problemOf(name, value, custom);
    if (problem) problems.push([name, problem]);
  }
  const [first] = problems;
  if (first) refuseField(first[0], ...problems.map(([, problem]) => problem));
}

/** True when profiles may have the attribute. */
export function isAttribute(name: string, custom: Attributes): boolean {
  return standardAttributes.has(name) || Object.hasOwn(custom, name);
}

/** The attributes of profiles as two parts of a JSON Schema. */
export function schemaOf(custom: Attributes): { base: object; custom: object } {
  const own = Object.entries(custom).map(([name, { type }]) => [name, { title: name, type }] as const);
  const standard = [...standardAttributes].map((name) => [name, { title: name, type: 'string' }] as const);
  return {
    base: { properties: Object.fromEntries(standard), required },
    custom: {
      properties: Object.fromEntries(own),
      required: Object.keys(custom).filter((name) => custom[name]?.required),
    },
  };
}
