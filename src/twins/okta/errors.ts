/** Okta's error codes that this twin answers with: HTTP status and summary; `{0}` is filled in. */
export const oktaErrors = {
  E0000001: [400, 'Api validation failed: {0}'],
  E0000003: [400, 'The request body was not well-formed.'],
  E0000004: [401, 'Authentication failed'],
  E0000005: [403, 'Invalid session'],
  E0000006: [403, 'You do not have permission to perform the requested action'],
  E0000007: [404, 'Not found: {0}'],
  E0000008: [404, 'The requested path was not found'],
  E0000009: [500, 'Internal Server Error'],
  E0000010: [503, 'Service is in read only mode'],
  E0000011: [401, 'Invalid token provided'],
  E0000014: [403, 'Update of credentials failed'],
  E0000016: [403, 'Activation failed because the user is already active'],
  E0000019: [400, 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.'],
  E0000021: [400, 'Bad request.  Accept and/or Content-Type headers likely do not match supported values.'],
  E0000022: [405, 'The endpoint does not support the provided HTTP method'],
  E0000029: [400, 'Invalid paging request.'],
  E0000030: [
    400,
    "Bad request. Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00.",
  ],
  E0000031: [400, 'Invalid search criteria.'],
  E0000032: [403, 'Unlock is not allowed for this user.'],
  E0000033: [400, "Bad request. Can't specify a search query and filter in the same request."],
  E0000034: [403, 'Forgot password not allowed on specified user.'],
  E0000036: [403, 'Change recovery question not allowed on specified user.'],
  E0000037: [400, 'Type mismatch exception.  {0}'],
  E0000038: [403, "This operation is not allowed in the user's current status."],
  E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
  E0000056: [403, 'Delete application forbidden.'],
  E0000068: [403, 'Invalid Passcode/Answer'],
  E0000069: [403, 'User Locked'],
  E0000079: [403, 'This operation is not allowed in the current authentication state.'],
  E0000080: [403, 'The password does not meet the complexity requirements of the current password policy.'],
  E0000082: [403, 'Each code can only be used once. Please wait for a new code and try again.'],
  E0000083: [403, 'PassCode is valid but exceeded time window.'],
  E0000087: [403, 'The recovery question answer did not match our records.'],
  E0000090: [409, 'The role specified is already assigned to the user.'],
  E0000093: [400, 'Target count limit exceeded'],
  E0000095: [403, 'Recovery not allowed for unknown user.'],
  E0000097: [403, 'There is no verified phone number on file.'],
  E0000098: [400, 'This phone number is invalid.'],
  E0000105: [403, 'You have accessed an account recovery link that has expired or been previously used.'],
  E0000109: [429, 'An SMS message was recently sent. Please wait 30 seconds before trying again.'],
  E0000112: [
    409,
    'Cannot update this user because they are still being activated. Please try again in a few minutes.',
  ],
  E0000119: [403, 'Your account is locked. Please contact your administrator.'],
  E0000124: [
    400,
    'Could not create user. To create a user and expire their password immediately, a password must be specified',
  ],
  E0000125: [
    400,
    'Could not create user. To create a user and expire their password immediately, "activate" must be true',
  ],
  E0000133: [429, 'A phone call was recently made. Please wait 30 seconds before trying again.'],
} as const satisfies Record<string, readonly [number, string]>;

type OktaErrorCode = keyof typeof oktaErrors;

export function isOktaError(name: string): name is OktaErrorCode {
  return Object.hasOwn(oktaErrors, name);
}

/** What an error says beside its code. */
export interface RefusalDetails {
  /** Stands for `{0}` in the summary. */
  about?: string;
  /** Summaries of `errorCauses`. */
  causes?: readonly string[];
  /** Further headers of the answer. */
  headers?: readonly (readonly [string, string])[];
}

/** An answer that is one of Okta's errors; the service turns it into HTTP. */
export class OktaRefusal extends Error {
  constructor(
    readonly code: OktaErrorCode,
    readonly details: RefusalDetails = {},
  ) {
    super(code);
    this.name = 'OktaRefusal';
  }
}

export function refuse(code: OktaErrorCode, details?: RefusalDetails): never {
  throw new OktaRefusal(code, details);
}

/** Validation failed on a field; each cause is a whole sentence, usually `field: reason`. */
export function refuseField(field: string, ...causes: string[]): never {
  refuse('E0000001', { about: field, causes });
}

/** Nothing of this kind (`User`, `UserGroup`, …) has the id. */
export function refuseUnknown(id: string, kind: string): never {
  refuse('E0000007', { about: `Resource not found: ${id} (${kind})` });
}

/** The body of an error. @param errorId `oae…`, new for each answer */
export function errorBody(code: OktaErrorCode, details: RefusalDetails, errorId: string) {
  return {
    errorCode: code,
    errorSummary: oktaErrors[code][1].replace('{0}', () => details.about ?? ''),
    errorLink: code,
    errorId,
    errorCauses: (details.causes ?? []).map((errorSummary) => ({ errorSummary })),
  };
}
