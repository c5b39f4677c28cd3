// What the coverage of the Jira twin says of search, JQL, filters and boards.

/** Behaviour that no document or recorded answer of Jira's settles. */
export const unconfirmed: readonly { item: string; what: string }[] = [
  { item: 'J16', what: 'A page that shows more than ids and keys holds at most 100 issues.' },
  { item: 'J16', what: 'The words of the refusal of a page token that is wrong or older than seven days.' },
  { item: 'J16', what: 'The order of issues where a query has no ORDER BY: the newest first.' },
  {
    item: 'J20',
    what: 'Which queries are taken as words to look for: those without a sign of JQL that begin with no field.',
  },
  {
    item: 'J20',
    what: 'A value that is not there is an error in search and in filters, as in the search that was removed.',
  },
  {
    item: 'J20',
    what: 'A query has at most 131,072 characters and, with its filters, 10,000 clauses; filters nest at most ten deep.',
  },
  { item: 'J20', what: 'The words of the refusals of WAS and CHANGED for fields without history.' },
  { item: 'J21', what: 'At most 1000 issues and 1000 queries in one jql/match.' },
  { item: 'J23', what: 'A value that is not there is a warning of jql/parse in strict mode as well.' },
  {
    item: 'J40',
    what: 'The words of most refusals of boards, sprints, epics and ranks; their statuses are documented.',
  },
  { item: 'J40', what: 'A board whose filter was deleted is not found.' },
  { item: 'J41', what: 'The words of the refusal of a filter that is there already.' },
];

/** Where the twin answers otherwise than Jira, on purpose. */
export const differences: readonly { what: string; why: string }[] = [
  {
    what: 'The index loses an issue for the time of settings.searchLag after each change, instead of showing its old values.',
    why: 'Both are allowed by Jira; a loss is what programs must bear, and it keeps one truth in the state.',
  },
  {
    what: 'Text search knows words, phrases, wildcards and the commonest English endings; it has no fuzzy or proximity search and no order by relevance.',
    why: 'The analyzers of Jira are not documented.',
  },
  {
    what: 'Functions and fields of Service Management, Plans and apps do not exist.',
    why: 'The site has none of these products.',
  },
  {
    what: 'The operations jql/pdcleaner and jql/sanitize write the query anew instead of keeping its spacing and case.',
    why: 'The query means the same.',
  },
  {
    what: 'Boards have the columns that Jira gives a new one, and no quick filters, swimlanes or reports.',
    why: 'The REST interface cannot change them.',
  },
];
