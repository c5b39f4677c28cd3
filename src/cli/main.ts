#!/usr/bin/env node
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Dispatch from './dispatch';

/** Entry of the command line. It loads nothing before it knows that this Node can run the rest. */
const needed = 22;
const running = Number(process.versions.node.split('.')[0]);

if (running < needed) {
  process.stderr.write(
    `dark-factory needs Node ${needed} or newer and was started by Node ${process.versions.node}; install a newer Node and start it again.\n`,
  );
  process.exitCode = 2;
} else {
  // Whoever reads may stop reading, as `head` does: that ends what is shown and not the run.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // However it was named: the folder of this file is where its programs are.
  process.argv[1] = __filename;
  // A module with chunks that it shares with the extension; its name is put together so that it is not bundled here.
  void import(pathToFileURL(path.join(__dirname, 'dispatch.mjs')).href).then(
    async ({ dispatch }: typeof Dispatch) => {
      process.exitCode = await dispatch(process.argv.slice(2));
    },
  );
}
