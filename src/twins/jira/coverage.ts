import * as search from './jql/coverage';

// What the page on the twins says of Jira beside its tables.

/** What is played as it is remembered rather than as it was seen, by item of the conformance list. */
export const unconfirmed: readonly { item: string; what: string }[] = [
  {
    item: 'J02',
    what: 'The body of 401 is plain text with the headers of Seraph; some operations of Jira answer JSON.',
  },
  { item: 'J07', what: 'The words for a missing project and a missing type are those of newer sites.' },
  {
    item: 'J10',
    what: 'The words for an issue that is not there are the same for one that may not be seen.',
  },
  {
    item: 'J08',
    what: 'A document is too long when its wiki markup has more than 32,767 characters; version 3 then says CONTENT_LIMIT_EXCEEDED.',
  },
  { item: 'J12', what: 'The words for a field that is both set and updated.' },
  {
    item: 'J15',
    what: 'No two transitions of one issue happen at once here, so that 409 comes only as a fault.',
  },
  { item: 'J27', what: 'Durations under a minute are refused.' },
  { item: 'J30', what: 'Voting on a resolved issue is 404.' },
  { item: 'J38', what: 'The signature is made with the secret of the OAuth app.' },
  {
    item: 'J39',
    what: 'Bursts are 100 requests a second for GET and POST, 50 for PUT and DELETE; writes to one issue 20 in 2 s and 100 in 30 s.',
  },
  ...search.unconfirmed,
  { item: 'J41', what: 'Service Management is always refused with 403 and an empty body.' },
];

export const differences: readonly { what: string; why: string }[] = [
  {
    what: 'A path that nothing is known of is 404 with `message` and `status-code`.',
    why: 'Jira has several such bodies; this one names the path, which helps to see what a program wanted.',
  },
  {
    what: 'The consent page of OAuth agrees at once, for the person of the twin’s own tokens.',
    why: 'No person is there to press the button.',
  },
  {
    what: 'Access and refresh tokens are opaque, not JWT.',
    why: 'Atlassian says that apps must not read them.',
  },
  {
    what: 'Webhooks go to loopback addresses only, also by plain HTTP.',
    why: 'A twin speaks to nobody outside of its pod.',
  },
  {
    what: 'Bulk operations change issues at once; their tasks are complete a second later.',
    why: 'What a program sees while it polls is the same, and nothing happens behind a snapshot.',
  },
  {
    what: 'Field configurations, issue security, notification schemes, plans and apps’ own modules are not modelled.',
    why: 'They are asked for seldom by programs that work with issues; a request for one is refused and recorded.',
  },
  {
    what: 'Every field is on the create and edit screens; screens can be changed but hide nothing.',
    why: 'Programs that set a field expect it to be there; a seed says with `requiredFields` what must be given.',
  },
  {
    what: 'Attachments come whole, without ranges, thumbnails or a look into archives.',
    why: 'The files of tests are small.',
  },
  ...search.differences,
];

/** Jira has no names for its errors: its status says what kind one is, its words say which. */
export const errors: readonly string[] = [
  'http_400',
  'http_401',
  'http_403',
  'http_404',
  'http_405',
  'http_409',
  'http_413',
  'http_415',
  'ratelimited',
  'scope_mismatch',
  'invalid_grant',
  'access_denied',
  'unsupported_grant_type',
  'invalid_request',
  'invalid_scope',
  'unsupported_response_type',
];
