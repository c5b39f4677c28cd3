import { twinApp } from '../../../../src/twins/app';
import type { Twin, TwinOptions } from '../../../../src/twins/contract';
import { oktaService } from '../../../../src/twins/okta/service';
import type { OrgState } from '../../../../src/twins/okta/state';
import { createTwin } from '../../../../src/twins/twin';

/** An object of Okta, or an error, as tests look at it. */
export interface OktaJson {
  id: string;
  status: string;
  errorCode: string;
  errorSummary: string;
  errorId: string;
  errorCauses: { errorSummary: string }[];
  profile: Record<string, unknown>;
  _links: Record<string, { href: string; method?: string }>;
  [member: string]: unknown;
}

/** An answer of Okta as tests look at it. */
export interface OktaAnswer {
  status: number;
  headers: Headers;
  /** The body's text. */
  text: string;
  /** The object sent; an empty one when it is none. */
  json: OktaJson;
  /** The array sent; an empty one when it is none. */
  list: OktaJson[];
}

export interface OktaUnderTest {
  twin: Twin<OrgState>;
  /** Sends a request as its clients would, without a port. */
  send: (path: string, init?: RequestInit) => Promise<OktaAnswer>;
  /** Calls `GET /api/v1/users` and the like with the twin's own token and a JSON body. */
  call: (operation: string, body?: unknown, headers?: Record<string, string>) => Promise<OktaAnswer>;
}

export function tokenOf(twin: Twin<unknown>): string {
  return twin.credentials['token'] ?? '';
}

/** An Okta twin in this process. */
export function openOkta(options: TwinOptions = {}): OktaUnderTest {
  const twin = createTwin(oktaService, options);
  const app = twinApp(oktaService, twin);
  const send = async (path: string, init?: RequestInit): Promise<OktaAnswer> => {
    const response = await app.request(path, init, {});
    const text = await response.text();
    const { status, headers } = response;
    const isJson = headers.get('content-type')?.includes('json') ?? false;
    const body: unknown = isJson ? JSON.parse(text) : {};
    const list = Array.isArray(body) ? (body as OktaJson[]) : [];
    return { status, headers, text, list, json: (Array.isArray(body) ? {} : body) as OktaJson };
  };
  const call: OktaUnderTest['call'] = (operation, body, headers = {}) => {
    const [method = '', path = ''] = operation.split(/ (.*)/);
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return send(path, {
      method,
      headers: {
        authorization: `SSWS ${tokenOf(twin)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...sent,
    });
  };
  return { twin, send, call };
}

/** The profile of a new user. */
export const profileOf = (name: string): Record<string, string> => ({
  firstName: name.charAt(0).toUpperCase() + name.slice(1),
  lastName: 'Brock',
  email: `${name}@example.com`,
  login: `${name}@example.com`,
});

export const goodPassword = 'tlpWENT2m';

/** Addresses in the Link headers, by relation. */
export function linksOf({ headers }: OktaAnswer): Record<string, string> {
  const links = (headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g);
  return Object.fromEntries([...links].map(([, url = '', rel = '']) => [rel, url]));
}

/** Path and query of an absolute address. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
