/**
 * What the judge asks the probe, one JSON value on its standard input, answered by one on its standard output.
 * The probe runs isolated in the pod; nothing a judge expects is ever part of a request.
 */
export type ProbeRequest = ConnectRequest | HttpRequest | FileRequest | WriteRequest | ReportRequest;

/** Waits until something listens on a port of 127.0.0.1. */
export interface ConnectRequest {
  op: 'connect';
  port: number;
  withinMs: number;
}

/** One request to the pod's own loopback; redirects are answers, never followed. */
export interface HttpRequest {
  op: 'http';
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  withinMs: number;
  maxBytes: number;
}

/** Reads a regular file below `root`; links may not lead out. */
export interface FileRequest {
  op: 'file';
  root: string;
  path: string;
  maxBytes: number;
}

/** Writes files, in place of whatever is there, and makes folders. */
export interface WriteRequest {
  op: 'write';
  root: string;
  /** By path below `root`: texts, or bytes as base64. */
  files: Record<string, string | { data: string; executable?: boolean | undefined }>;
  /** Paths below `root`. */
  folders?: string[];
}

export type ReportFormat = 'tap' | 'junit' | 'json-lines';

/** Reads the report of a test run. */
export interface ReportRequest {
  op: 'report';
  format: ReportFormat;
  text: string;
}

/** One case of a report; anything that is neither passed nor failed, such as a skipped one, is `other`. */
export interface ReportedCase {
  id: string;
  outcome: 'passed' | 'failed' | 'other';
}

export type ProbeFailure =
  'refused' | 'timeout' | 'too-large' | 'absent' | 'not-a-file' | 'outside' | 'bad-request' | 'failed';

export type ProbeAnswer =
  | { ok: true; op: 'connect' }
  | { ok: true; op: 'http'; status: number; headers: Record<string, string>; body: string }
  | { ok: true; op: 'file'; text: string }
  | { ok: true; op: 'write' }
  | { ok: true; op: 'report'; cases: ReportedCase[] }
  | { ok: false; reason: ProbeFailure };
