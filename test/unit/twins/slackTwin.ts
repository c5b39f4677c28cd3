import { slackService } from '../../../src/twins/slack/service';
import { twinApp } from '../../../src/twins/app';
import type { Twin, TwinOptions } from '../../../src/twins/contract';
import { createTwin } from '../../../src/twins/twin';
import type { SlackState } from '../../../src/twins/slack/state';

/** An answer of Slack as tests look at it. */
export interface SlackAnswer {
  ok: boolean;
  error?: string;
  warning?: string;
  ts?: string;
  response_metadata?: { next_cursor?: string; warnings?: string[]; messages?: string[] };
  [member: string]: unknown;
}

export interface SlackUnderTest {
  twin: Twin<SlackState>;
  /** Sends a request to the service as its clients would, without a port. */
  send: (path: string, init?: RequestInit) => Promise<Response>;
  /** Calls a method with a form body and the twin's own token. */
  call: (method: string, args?: Record<string, string>, token?: string) => Promise<SlackAnswer>;
  /** Calls a method with a JSON body and the twin's own token. */
  callJson: (method: string, body: string, type?: string) => Promise<SlackAnswer>;
}

/** The bot token that was made for this twin. */
export function tokenOf(twin: Twin<unknown>): string {
  return twin.credentials['token'] ?? '';
}

/** A Slack twin in this process. */
export function openSlack(options: TwinOptions = {}): SlackUnderTest {
  const twin = createTwin(slackService, options);
  const app = twinApp(slackService, twin);
  const send = async (path: string, init?: RequestInit) => app.request(path, init, {});
  const post = async (method: string, body: string, type: string, token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const response = await send(`/api/${method}`, { method: 'POST', headers, body });
    return (await response.json()) as SlackAnswer;
  };
  return {
    twin,
    send,
    call: (method, args = {}, token = tokenOf(twin)) =>
      post(method, String(new URLSearchParams(args)), 'application/x-www-form-urlencoded', token),
    callJson: (method, body, type = 'application/json; charset=utf-8') =>
      post(method, body, type, tokenOf(twin)),
  };
}

export const general = 'C024BE91L';
export const notJoined = 'C061EG9T2';
