/** A running VS Code server; `home` is its temporary home folder. */
export interface VsCodeServer {
  port: number;
  /** Of the server, and of the group with all that it starts. */
  pid: number;
  home: string;
  userData: string;
  /** Ends the server and its extension hosts and removes `home`. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** User settings on top of quiet defaults. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** True to keep workspace trust switched on; then a new folder starts restricted. */
  trust?: boolean;
  /** Folder of an extension that is there as if it had been installed; then a window needs none under development. */
  installed?: string;
  /** 0, the default, takes any free port. */
  port?: number;
}

export interface WindowOptions {
  /** Folder to open. */
  folder: string;
  /** Folder of the extension under development. */
  extension?: string;
  /** A module that exports `run(): Promise<void>`, run inside the extension host. */
  tests?: string;
  /** Environment of the extension host. */
  env?: Record<string, string>;
}

/** Starts VS Code's server on loopback, installing it first when needed. */
export function startServer(options?: ServerOptions): Promise<VsCodeServer>;

/** The address that opens a window on the server. */
export function addressOf(server: VsCodeServer, window: WindowOptions): string;
