import { FactoryError } from '../shared/errors';
import { twinCatalogue } from './catalogue';
import { slackService } from './slack/service';
import { createTwin, type Twin, type TwinEnv, type TwinOptions } from './twin';
import type { Hono } from 'hono';

/** A twin and its service's HTTP interface, whatever its state looks like. */
export interface OpenedTwin {
  twin: Twin<unknown>;
  app: Hono<TwinEnv>;
  values(origin: string): Record<string, string>;
}

/** Makes the named twin in this process, without a port. Throws `bad-input` for an unknown name, seed or fault. */
export function openTwin(name: string, options: TwinOptions): OpenedTwin {
  if (name !== slackService.name) {
    throw new FactoryError('bad-input', `There is no twin of "${name}".`, {
      hint: `Available twins: ${twinCatalogue.map((entry) => entry.name).join(', ')}.`,
    });
  }
  const twin = createTwin(slackService, options);
  return {
    twin,
    app: slackService.app(twin),
    values: (origin) => slackService.values(origin, twin.token),
  };
}
