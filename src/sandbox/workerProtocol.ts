/** One call to a file tool, as a JSON line to the worker. */
export interface WorkerCall {
  id: number;
  name: string;
  input: unknown;
}

/** Ends a call that is under way; it still answers. */
export interface WorkerCancel {
  cancel: number;
}

/** The worker's answer, as a JSON line. */
export interface WorkerAnswer {
  id: number;
  text: string;
  isError: boolean;
}
