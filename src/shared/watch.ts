/** Where text of a hidden scenario would turn up if it had leaked. */
export type Sink =
  | 'model request'
  | 'model answer'
  | 'tool result'
  | 'output of a check'
  | 'agent file'
  | 'delivered change'
  | 'report'
  | 'journal';

/**
 * Searches what is about to go into a sink; it may go there when the promise resolves. `where` is for people.
 * @throws FactoryError 'contaminated' when it holds a canary; the run has been told to end then
 */
export type Watch = (
  sink: Exclude<Sink, 'journal'>,
  data: string | Uint8Array,
  where: string,
) => Promise<void>;
