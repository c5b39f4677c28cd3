/** Where model answers come from. `record` talks to the network and keeps what it hears in `dir`. */
export type Source =
  | { kind: 'anthropic'; baseUrl?: string; apiKey: string }
  | { kind: 'replay'; dir: string }
  | { kind: 'record'; dir: string; baseUrl?: string; apiKey: string };
