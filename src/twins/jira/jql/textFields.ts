import { isRecord } from '../../../shared/records';
import type { Issue } from '../issueState';
import { plainText } from '../markup/plainText';
import { visibleIn } from '../visibility';
import type { JqlContext } from './context';
import type { TextField } from './fieldTypes';

// The fields of the system that are searched for words.

const documents = (...docs: unknown[]): string[] =>
  docs.flatMap((doc) => (isRecord(doc) ? [plainText(doc)] : []));

/** Comments or worklogs that the person who asks may see. */
const visibleTo = <T extends Issue['comments'][number] | Issue['worklogs'][number]>(
  { state, user: asking }: JqlContext,
  issue: Issue,
  rows: readonly T[],
): T[] => visibleIn({ state, caller: { user: asking } }, issue, rows);

const commentsOf: TextField['texts'] = (issue, context) =>
  documents(...visibleTo(context, issue, issue.comments).map(({ body }) => body));

const text = (name: string, texts: TextField['texts'], more: Partial<TextField> = {}): TextField => ({
  kind: 'text',
  names: [name],
  javaType: 'java.lang.String',
  texts,
  ...more,
});

export const textFields: readonly TextField[] = [
  text('summary', ({ summary }) => [summary], { sort: ({ summary }) => summary.toLowerCase() }),
  text('description', ({ description }) => documents(description), {
    sort: ({ description }) => (description ? plainText(description).toLowerCase() : null),
  }),
  text('environment', ({ environment }) => documents(environment), {
    sort: ({ environment }) => (environment ? plainText(environment).toLowerCase() : null),
  }),
  text('comment', commentsOf, { canBeEmpty: false }),
  text(
    'worklogComment',
    (issue, context) => documents(...visibleTo(context, issue, issue.worklogs).map(({ comment }) => comment)),
    { canBeEmpty: false },
  ),
  text(
    'text',
    (issue, context) => [
      issue.summary,
      ...documents(issue.description, issue.environment),
      ...commentsOf(issue, context),
      ...Object.values(issue.customFields).flatMap((value) =>
        typeof value === 'string' ? [value] : documents(value),
      ),
    ],
    { canBeEmpty: false },
  ),
];
