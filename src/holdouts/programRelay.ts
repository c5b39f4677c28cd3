import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import * as z from 'zod/mini';
import type { ProgramAnswer, ProgramCall } from '../sandbox/courierProtocol';

const callSchema = z.strictObject({
  argv: z.array(z.string()).check(z.maxLength(4000)),
  cwd: z.string(),
  stdin: z.base64(),
  files: z.record(z.string(), z.base64()),
});

/** Characters of one call: more than a suite has. */
const mostOfCall = 32 * 1024 ** 2;

/**
 * Listens for couriers on a socket that only the sandbox of a suite sees, and lets `call` answer each. A call that is
 * none, or that cannot be answered, is cut off: the suite then fails its case.
 */
export async function openProgramRelay(
  socket: string,
  call: (asked: ProgramCall) => Promise<ProgramAnswer>,
): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    open.add(connection);
    connection.on('error', () => undefined); // The courier was ended meanwhile.
    connection.once('close', () => open.delete(connection));
    heard(connection)
      .then(call)
      .then((answer) => connection.end(JSON.stringify(answer)))
      .catch(() => connection.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    async close() {
      for (const connection of open) connection.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function heard(connection: Socket): Promise<ProgramCall> {
  let text = '';
  connection.setEncoding('utf8');
  for await (const chunk of connection as AsyncIterable<string>) {
    text += chunk;
    if (text.length > mostOfCall) throw new Error('too long a call');
  }
  return callSchema.parse(JSON.parse(text));
}
