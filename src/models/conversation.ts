import Anthropic, { type Middleware } from '@anthropic-ai/sdk';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { FactoryError } from '../shared/errors';
import type { Source } from '../shared/source';
import { answeredBefore } from './answered';
import { attempts, type Attempt } from './attempt';
import type { BudgetLedger } from './budget';
import type { Observations } from './observation';
import { record } from './record';
import { replay, type Standing } from './replay';
import { watched } from './watched';

export type { Observation } from './observation';

export interface ConversationOptions {
  /** Durable name of the agent, for example `T1.implementer`. */
  agent: string;
  /** Model id; its family sets the price. */
  model: string;
  source: Source;
  /** The answer of a turn, when the journal already holds it. */
  answered: (turn: number) => BetaMessage | undefined;
  ledger: BudgetLedger;
  /** Shown what is about to be sent, or asked of a recording; throws what ends the run. */
  watch: (text: string) => Promise<void>;
  /** Called for each HTTP attempt as it ends. */
  onAttempt: (attempt: Attempt & { turn: number }) => void;
}

/** One agent's way to a model: a client for the SDK's tool runner, and where the conversation stands. */
export interface Conversation {
  client: Anthropic;
  /** Set by the loop before each request. */
  turn: number;
  /** What happened since the last answer, or the promise of it; set by the loop before each request. */
  since: Observations;
}

/**
 * Opens a conversation whose every turn is answered by the journal, a recording or the network. Retries, waits
 * and streaming are the SDK's own. Use the client for messages only.
 * @throws FactoryError `bad-input` when the source cannot work: no key, or an address that is none.
 */
export function openConversation(options: ConversationOptions): Conversation {
  const conversation: Omit<Conversation, 'client'> = { turn: 1, since: [] };
  const standing = (): Standing => ({ agent: options.agent, ...conversation });
  const client = openClient(options.source, [
    answeredBefore(() => options.answered(conversation.turn)),
    watched(options.watch),
    ...sourceOf(options, standing),
  ]);
  return Object.assign(conversation, { client });
}

function sourceOf(options: ConversationOptions, standing: () => Standing): Middleware[] {
  const { source, model, ledger, onAttempt } = options;
  switch (source.kind) {
    case 'replay':
      return [attempts({ model, ledger, where, report: () => {} }), replay(source.dir, standing)];
    case 'record':
      return [record(source.dir, standing), network()];
    case 'anthropic':
      return [network()];
  }

  function where(): string {
    const { agent, turn } = standing();
    return `${agent} turn ${turn}`;
  }

  function network(): Middleware {
    const report = (attempt: Attempt): void => onAttempt({ turn: standing().turn, ...attempt });
    return attempts({ model, ledger, where, report });
  }
}

/** Everything the SDK would else take from the environment is given or switched off. */
function openClient(source: Source, middleware: Middleware[]): Anthropic {
  const { baseURL, apiKey } = addressOf(source);
  return withoutEnvironmentHeaders(
    () =>
      new Anthropic({
        baseURL,
        apiKey,
        authToken: null,
        webhookKey: null,
        middleware,
        maxRetries: 4,
        logLevel: 'off',
        openTelemetry: false,
      }),
  );
}

/** @throws FactoryError 'bad-input' when the source cannot work: no key, or an address that is none. */
export function addressOf(source: Source): { baseURL: string; apiKey: string } {
  if (source.kind === 'replay') return { baseURL: 'https://replay.invalid', apiKey: 'none' };
  const { baseUrl: baseURL = 'https://api.anthropic.com', apiKey } = source;
  if (!URL.canParse(baseURL) || !/^https?:$/.test(new URL(baseURL).protocol)) {
    throw new FactoryError('bad-input', `"${baseURL}" is not the address of a model endpoint.`, {
      hint: 'Give --base-url (darkFactory.model.baseUrl) as https://host or http://host:port.',
    });
  }
  if (apiKey.trim() === '') {
    throw new FactoryError('bad-input', 'There is no API key for the model endpoint.', {
      hint: 'Set ANTHROPIC_API_KEY, run "Dark Factory: Set API Key" in VS Code, or replay a recording with --source replay:DIR.',
    });
  }
  return { baseURL, apiKey };
}

/**
 * The SDK adds the headers of ANTHROPIC_CUSTOM_HEADERS whatever it is given, and a workspace may have set that
 * variable. It is read only while a client is made, so it is away for that moment.
 */
function withoutEnvironmentHeaders<T>(make: () => T): T {
  const name = 'ANTHROPIC_CUSTOM_HEADERS';
  const { [name]: value } = process.env;
  delete process.env[name];
  try {
    return make();
  } finally {
    if (value !== undefined) process.env[name] = value;
  }
}
