import { createHash } from 'node:crypto';
import type { AnyEvent, EventData, EventType, StepType } from '../shared/events';
import type { Journal, Scope } from './journal';

/**
 * The durable port the pipeline is written against. The first time a step runs its function and journals the
 * result; after a crash the same code runs again and finished steps answer from the journal.
 */
export interface Engine {
  readonly journal: Journal;
  /** Aborted when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** True when an earlier process already worked on this run. */
  readonly resumed: boolean;
  emit<T extends EventType>(type: T, data: EventData[T], scope: Scope): void;
  /** The journaled result of a step, if it has one. */
  result<T extends StepType>(type: T, key: string): EventData[T] | undefined;
  step<T extends StepType>(
    type: T,
    key: string,
    scope: Scope,
    fn: () => Promise<Omit<EventData[T], 'key'>>,
  ): Promise<EventData[T]>;
}

/** The span of a thing with this durable name: the same before and after a crash. 16 hex digits. */
export function spanOf(run: string, name: string): string {
  return createHash('sha256').update(`${run} ${name}`).digest('hex').slice(0, 16);
}

/** Prefix of the keys of the tool calls of one round. */
export function toolKeys(agent: string, turn: number): string {
  return `tool/${agent}/${turn}/`;
}

/** The embedded engine: the journal itself. */
export function openEngine(journal: Journal, signal: AbortSignal): Engine {
  const results = new Map<string, EventData[StepType]>();

  /** Keeps what an event answers; a restarted round no longer answers for its tool calls. */
  function remember(event: AnyEvent): void {
    if (event.type === 'round.restarted') {
      const dropped = `tool.finished ${toolKeys(event.data.agent, event.data.turn)}`;
      for (const name of results.keys()) if (name.startsWith(dropped)) results.delete(name);
    } else if ('key' in event.data) {
      results.set(`${event.type} ${event.data.key}`, event.data);
    }
  }
  journal.events.forEach(remember);

  const engine: Engine = {
    journal,
    signal,
    resumed: journal.events.length > 0,
    emit(type, data, scope) {
      remember(journal.append(type, data, scope));
    },
    result: (type, key) => results.get(`${type} ${key}`) as EventData[typeof type] | undefined,
    async step(type, key, scope, fn) {
      const known = engine.result(type, key);
      if (known) return known;
      signal.throwIfAborted();
      const data = { ...(await fn()), key } as unknown as EventData[typeof type];
      remember(journal.append(type, data, scope));
      await journal.flush();
      return data;
    },
  };
  return engine;
}
