import { twinApp } from '../../../../src/twins/app';
import type { Twin, TwinOptions } from '../../../../src/twins/contract';
import * as defaults from '../../../../src/twins/jira/defaults';
import { jiraService } from '../../../../src/twins/jira/service';
import type { JiraState } from '../../../../src/twins/jira/state';
import { createTwin } from '../../../../src/twins/twin';

/** An answer as tests look at it. */
export interface JiraAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text. */
  // Answers of Jira have no end of shapes; tests say what they expect of each.
  body: Record<string, unknown> & { fields: Record<string, unknown>; errors: Record<string, string> };
}

export interface JiraUnderTest {
  twin: Twin<JiraState>;
  /** Sends a request as a client would, without a port, with the twin's own token. */
  call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<JiraAnswer>;
  /** The same with a request of one's own. */
  send: (path: string, init?: RequestInit) => Promise<Response>;
}

export function basic(email: string, token: string): string {
  return `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
}

export async function readAnswer(response: Response): Promise<JiraAnswer> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Some answers are plain text or empty.
  }
  return { status: response.status, headers: response.headers, body: body as JiraAnswer['body'] };
}

/** A Jira twin in this process. */
export function openJira(options: TwinOptions = {}): JiraUnderTest {
  const twin = createTwin(jiraService, options);
  const app = twinApp(jiraService, twin);
  const send = async (path: string, init?: RequestInit) => app.request(path, init, {});
  const { email = '', token = '' } = twin.credentials;
  return {
    twin,
    send,
    call: async (method, path, body, headers = {}) => {
      const response = await send(path, {
        method,
        headers: {
          authorization: basic(email, token),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return readAnswer(response);
    },
  };
}

/** A site whose people have all permissions but some, with these issues. */
export function openJiraWithout(
  permissions: readonly string[],
  issues: readonly object[] = [{ key: 'EX-1', summary: 'one' }],
): JiraUnderTest {
  const permissionSchemes = defaults.permissionSchemes.map((scheme) => ({
    ...scheme,
    permissions: scheme.permissions.filter(({ permission }) => !permissions.includes(permission)),
  }));
  return openJira({ seed: { permissionSchemes, issues } });
}

/** The status with which a call of a client was refused; undefined when it was not. */
export async function statusOf(work: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return (error as { status?: number } | null)?.status;
}

/** An Atlassian Document of one paragraph. */
export const adf = (text: string) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

export const noIssue = 'Issue does not exist or you do not have permission to see it.';
