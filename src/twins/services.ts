import type { Hono } from 'hono';
import type { WebSocket } from 'ws';
import { twinApp } from './app';
import { twinDocument } from '../shared/twinNames';
import type { Service, Twin, TwinEnv, TwinOptions } from './contract';
import { createTwin } from './twin';

/** A twin and its service's HTTP interface, whatever its state looks like. */
export interface OpenedTwin {
  twin: Twin<unknown>;
  app: Hono<TwinEnv>;
  /** Host names of the real service. */
  hosts: readonly string[];
  values(origin: string): Record<string, string>;
  /** Takes a WebSocket, where the service has any. */
  socket?: ((socket: WebSocket, url: URL) => void) | undefined;
}

/** A twin of this service in this process, without a port. Throws `bad-input` for a bad seed or fault. */
export function openService<Seed, State extends Seed>(
  service: Service<Seed, State>,
  options: TwinOptions,
): OpenedTwin {
  const twin = createTwin(service, options);
  const { socket } = service;
  return {
    twin,
    app: twinApp(service, twin),
    hosts: service.hosts,
    values: (origin) => service.values(origin, twin.credentials),
    socket: socket && ((client, url) => socket(twin, client, url)),
  };
}

/** Each service is evaluated only when one of its twins is opened, for a twin should start fast. */
const openers: Readonly<Record<string, (options: TwinOptions) => Promise<OpenedTwin>>> = {
  okta: async (options) => openService((await import('./okta/service')).oktaService, options),
  slack: async (options) => openService((await import('./slack/service')).slackService, options),
  jira: async (options) => openService((await import('./jira/service')).jiraService, options),
};

/** Makes the named twin in this process, without a port. Throws `bad-input` for an unknown name, seed or fault. */
export async function openTwin(name: string, options: TwinOptions): Promise<OpenedTwin> {
  const file = twinDocument(name);
  if (file !== undefined)
    return openService((await import('./openapi/open')).documentService(name, file, options), options);
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  // The catalogue describes every twin at length; only those who mistype a name need it here.
  if (!open) throw (await import('./catalogue')).unknownTwin(name);
  return open(options);
}
