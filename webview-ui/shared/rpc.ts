import { visibleDeep } from '../../src/shared/visible';
import { vscode } from './vscodeApi';

/** Messages to and from the host. Everything that arrives is made harmless to look at before anyone sees it. */
export interface Rpc<Out> {
  post(message: Out): void;
  /** Sends a message with a fresh `id`, which is returned; the answer names it as `inReplyTo`. */
  ask(message: (id: number) => Out): number;
}

export function connect<In, Out>(onMessage: (message: In) => void): Rpc<Out> {
  let lastId = 0;
  window.addEventListener('message', (event: MessageEvent<In>) => onMessage(visibleDeep(event.data)));
  return {
    post: (message) => vscode.postMessage(message),
    ask(message) {
      vscode.postMessage(message(++lastId));
      return lastId;
    },
  };
}
