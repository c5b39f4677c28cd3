// What the coverage of the Jira twin says of search, JQL, filters and boards.

/** Behaviour that no document or recorded answer of Jira's settles. */
export const unconfirmed: readonly { item: string; what: string }[] = [
  { item: 'J16', what: 'a page that shows more than ids and keys holds at most 100 issues' },
  { item: 'J16', what: 'the words of the refusal of a page token that is wrong or older than seven days' },
  { item: 'J16', what: 'the order of issues where a query has no ORDER BY: the newest first' },
  {
    item: 'J20',
    what: 'which queries are taken as words to look for: those without a sign of JQL that begin with no field',
  },
  {
    item: 'J20',
    what: 'a value that is not there is an error in search and in filters, as in the search that was removed',
  },
  { item: 'J20', what: 'the words of the refusals of WAS and CHANGED for fields without history' },
  { item: 'J21', what: 'at most 1000 issues and 1000 queries in one jql/match' },
  { item: 'J23', what: 'a value that is not there is a warning of jql/parse in strict mode as well' },
  {
    item: 'J40',
    what: 'the words of most refusals of boards, sprints, epics and ranks; their statuses are documented',
  },
  { item: 'J40', what: 'a board whose filter was deleted is not found' },
  { item: 'J41', what: 'the words of the refusal of a filter that is there already' },
];

/** Where the twin answers otherwise than Jira, on purpose. */
export const differences: readonly { what: string; why: string }[] = [
  {
    what: 'the index loses an issue for the time of settings.searchLag after each change, instead of showing its old values',
    why: 'both are allowed by Jira; a loss is what programs must bear, and it keeps one truth in the state',
  },
  {
    what: 'text search knows words, phrases, wildcards and the commonest English endings; it has no fuzzy or proximity search and no order by relevance',
    why: 'the analyzers of Jira are not documented',
  },
  {
    what: 'functions and fields of Service Management, Plans and apps do not exist',
    why: 'the site has none of these products',
  },
  {
    what: 'jql/pdcleaner and jql/sanitize write the query anew instead of keeping its spacing and case',
    why: 'the query means the same',
  },
  {
    what: 'boards have the columns that Jira gives a new one, and no quick filters, swimlanes or reports',
    why: 'the REST interface cannot change them',
  },
];
