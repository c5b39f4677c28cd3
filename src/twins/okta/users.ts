import { assignThroughGroups, pushProfile } from './assignments';
import { flag, makeId, noContent, objectOf, textsOf, type Call, type Handler, type Reply } from './call';
import { findByLogin, groupsOf, hasFactors, keepForSearch, needSettled, needUser } from './directory';
import { refuse, refuseField, refuseUnknown } from './errors';
import { isEveryone } from './everyone';
import { viewGroup } from './groupViews';
import { addMember } from './membership';
import { listPage } from './paging';
import { passwordProblem, setPassword, wasUsed } from './passwords';
import { passwordRules } from './policies';
import { checkProfile, type Profile } from './profiles';
import { scheduleRules } from './ruleEvaluation';
import { userTypeId, type Group, type User } from './state';
import { userParty } from './systemLog';
import { checkCredentials, type GivenCredentials } from './userCredentials';
import { deactivate, deleteUser } from './userLifecycle';
import { setStatus } from './userStatus';
import { viewUser } from './userViews';

const maxGroups = 20;

const showUser = (call: Call, user: User): Reply => ({
  body: viewUser(user, call.origin, hasFactors(call.state, user)),
});

export const getUser: Handler = (call) => showUser(call, needUser(call));

function refuseTakenLogin(call: Call, profile: Profile, user?: User): void {
  const holder = findByLogin(call.state, String(profile['login']));
  if (!holder || holder === user || String(profile['login']).indexOf('@') < 0) return;
  refuseField('login', 'login: An object with this field already exists in the current organization');
}

function namedGroups(call: Call): Group[] {
  const ids = textsOf(call.body['groupIds']);
  if (ids.length > maxGroups) refuse('E0000093');
  return ids.map((id) => {
    const group = call.state.groups.find((candidate) => candidate.id === id);
    return group && !isEveryone(group) ? group : refuseUnknown(id, 'UserGroup');
  });
}

function refuseWeakPassword(
  { state }: Call,
  password: string | undefined,
  profile: Profile,
  user: User | null,
): void {
  if (password === undefined) return;
  const problem = passwordProblem(password, String(profile['login']), passwordRules(state, user));
  if (problem) refuseField('password', `password: ${problem}`);
}

function expiresAtOnce(call: Call, password: string | undefined): boolean {
  if (call.query.get('nextLogin') !== 'changePassword') return false;
  if (!flag(call, 'activate', true)) refuse('E0000125');
  if (password === undefined) refuse('E0000124');
  return true;
}

function storeCredentials(user: User, given: GivenCredentials, at: string): void {
  if (given.password !== undefined) setPassword(user, given.password, at);
  if (given.question) user.credentials.recovery_question = given.question;
  if (given.provider) user.credentials.provider = given.provider;
}

export const createUser: Handler = (call) => {
  const { state, body, at, now } = call;
  const profile =
    objectOf(body['profile']) ?? refuseField('profile', 'profile: The field cannot be left blank');
  checkProfile(profile, state.attributes);
  const given = checkCredentials(body['credentials']);
  const expired = expiresAtOnce(call, given.password);
  refuseWeakPassword(call, given.password, profile, null);
  refuseTakenLogin(call, profile);
  const groups = namedGroups(call);
  const user: User = {
    id: makeId(call, '00u'),
    status: 'STAGED',
    created: at,
    activated: null,
    statusChanged: null,
    lastLogin: null,
    lastUpdated: at,
    passwordChanged: null,
    type: { id: userTypeId },
    profile,
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    oldPasswords: [],
    failedLogins: 0,
    failedCodes: 0,
    roles: [],
    ...(state.settings.searchLag > 0 ? { stale: { until: now + state.settings.searchLag, user: null } } : {}),
  };
  storeCredentials(user, given, at);
  state.users.push(user);
  call.log('user.lifecycle.create', [userParty(user)]);
  for (const group of groups) addMember(call, group, user);
  if (flag(call, 'activate', true)) {
    const signsIn = given.password !== undefined || user.credentials.provider.type !== 'OKTA';
    setStatus(call, user, expired ? 'PASSWORD_EXPIRED' : signsIn ? 'ACTIVE' : 'PROVISIONED');
    user.activated = at;
    call.log('user.lifecycle.activate', [userParty(user)]);
    assignThroughGroups(call, user);
    scheduleRules(call, user);
  }
  return showUser(call, user);
};

/** Carries out an update whose profile is whole already. */
function storeUser(call: Call, user: User, profile: Profile): Reply {
  needSettled(user);
  // Without a setting that organisations rarely make, Okta leaves the profiles of deactivated users alone.
  if (user.status === 'DEPROVISIONED') refuse('E0000038');
  checkProfile(profile, call.state.attributes);
  const given = checkCredentials(call.body['credentials']);
  refuseWeakPassword(call, given.password, profile, user);
  if (
    flag(call, 'strict', false) &&
    given.password !== undefined &&
    wasUsed(user, given.password, passwordRules(call.state, user))
  ) {
    refuseField('password', 'password: Password has been used too recently');
  }
  refuseTakenLogin(call, profile, user);
  keepForSearch(call, user);
  user.profile = profile;
  storeCredentials(user, given, call.at);
  user.lastUpdated = call.at;
  if (given.password !== undefined && ['RECOVERY', 'PROVISIONED', 'PASSWORD_EXPIRED'].includes(user.status)) {
    setStatus(call, user, 'ACTIVE');
  }
  call.log('user.account.update_profile', [userParty(user)]);
  pushProfile(call, user);
  scheduleRules(call, user);
  if (given.password !== undefined) call.log('user.account.update_password', [userParty(user)]);
  return showUser(call, user);
}

export const updateUser: Handler = (call) => {
  const user = needUser(call);
  return storeUser(call, user, { ...user.profile, ...objectOf(call.body['profile']) });
};

export const replaceUser: Handler = (call) => {
  const user = needUser(call);
  return storeUser(call, user, objectOf(call.body['profile']) ?? user.profile);
};

export const removeUser: Handler = (call) => {
  const user = needUser(call);
  if (user.status === 'DEPROVISIONED') deleteUser(call, user);
  else deactivate(call, user);
  return noContent;
};

export const listGroupsOfUser: Handler = (call) =>
  listPage(call, groupsOf(call.state, needUser(call)), {
    limits: { usual: 200, most: 200 },
    idOf: (group) => group.id,
    view: (group) => viewGroup(group, call.origin),
  });
