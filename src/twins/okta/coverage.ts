import { oktaErrors } from './errors';
import { oauthProblems } from './oauth/errors';

/** What a table of this twin's coverage says beside its operations and seed. Plain data. */
export const oktaCoverage = {
  /** Items of the conformance list whose wire form is taken from documentation alone, or was never seen. */
  unconfirmed: [
    { item: 'O03', what: 'which operations answer 401 E0000011 instead of 403 E0000005 without credentials' },
    { item: 'O04', what: 'the wording of WWW-Authenticate for an access token without the scope' },
    { item: 'O05', what: 'the kind named in brackets for objects other than User, UserGroup and Session' },
    { item: 'O06', what: 'which of E0000019 and E0000021 answers to Accept, and which to Content-Type' },
    { item: 'O10', what: 'the size of the bucket of the whole organisation' },
    {
      item: 'O20',
      what: 'the causes for attributes of a wrong type or length, or that the schema does not have',
    },
    { item: 'O21', what: 'the error for a suspended user, E0000038 here' },
    { item: 'O22', what: 'the error for a user who is neither provisioned nor in recovery, E0000038 here' },
    { item: 'O26', what: 'the error for deactivating a deactivated user, E0000038 here' },
    { item: 'O28', what: 'the error for a staged, suspended or deactivated user, E0000038 here' },
    { item: 'O30', what: 'the links of statuses other than ACTIVE and STAGED' },
    { item: 'O32', what: 'the error for changing an active group rule, E0000001 here' },
    {
      item: 'O36',
      what: 'PASSCODE_REPLAYED and TIME_WINDOW_EXCEEDED come as 200 with factorResult from the Factors API',
    },
    {
      item: 'O38',
      what: 'the error for offline_access without the grant type refresh_token, unauthorized_client here',
    },
    {
      item: 'O38',
      what: 'the error of the management API for a token bound to a key without the scheme DPoP, 400 invalid_request here',
    },
    { item: 'O39', what: 'claims of the introspection of a refresh token' },
    { item: 'O40', what: 'the pause before the one retry of an event hook, a second here' },
  ],
  /** Where answers differ from Okta's own schemas or behaviour on purpose. */
  differences: [
    {
      what: 'members that are null are not compared with @okta/openapi 2.15.0',
      why: 'the document of 2022 says of no member that it may be null, and Okta’s examples are full of them',
    },
    {
      what: 'maps whose values are said to be objects may hold text, numbers and lists',
      why: 'the document describes maps of anything that way; Okta’s examples of logos, profiles and debug data are not objects',
    },
    {
      what: 'changing Everyone or a group of an application answers 403 E0000006',
      why: 'Okta answers 501 E0000060; a twin keeps 5xx for faults that a scenario asks for',
    },
    {
      what: 'searches see changes at once unless settings.searchLag says otherwise',
      why: 'tests that do not care about the lag should not wait for it',
    },
    {
      what: 'events, webhooks and SCIM go to programs on the same machine only',
      why: 'a twin speaks to nobody else',
    },
    {
      what: 'SCIM servers have three seconds to answer, as event hooks have',
      why: 'one patience for all that a twin sends; Okta waits for a minute',
    },
    {
      what: 'assertions and proofs of clients are good by the twin’s clock or by the machine’s',
      why: 'a scenario that moves the twin’s clock cannot move that of the program',
    },
    {
      what: 'one signing key for all authorization servers, which is never rotated',
      why: 'keys are made when first needed and belong to the twin, not to its state',
    },
    {
      what: 'only the response type code; no device, CIBA, token exchange, password or implicit grants, no PAR, no dynamic registration',
      why: 'not modelled',
    },
    {
      what: 'access policies of authorization servers and consent are not asked for',
      why: 'not modelled',
    },
    {
      what: 'the sign-in page is a plain form for name and password',
      why: 'Okta’s is a program of its own, which changes; whoever needs a factor signs in by the Authn API',
    },
    {
      what: 'hashed passwords, password import hooks, directories and WebAuthn are refused',
      why: 'not modelled',
    },
  ],
  errors: [...Object.keys(oktaErrors), ...new Set(Object.values(oauthProblems).map(([, error]) => error))],
} as const satisfies {
  unconfirmed: readonly { item: string; what: string }[];
  differences: readonly { what: string; why: string }[];
  errors: readonly string[];
};
