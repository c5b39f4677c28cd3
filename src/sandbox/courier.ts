/**
 * Stands in for the program in the sandbox of a test suite: carries arguments, standard input and files that the suite
 * made to the host, and comes back with what the program said in a sandbox of its own.
 * usage: courier.js SOCKET FOLDER ARGUMENT…
 */
import { fstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import type { ProgramAnswer, ProgramCall } from './courierProtocol';

const [socket = '', folder = '', ...argv] = process.argv.slice(2);

/** Files below `folder` that an argument names, itself or behind a `=`, or that lie in a folder it names. */
function filesOf(argument: string): string[] {
  return [argument, argument.slice(argument.indexOf('=') + 1)].flatMap((name) => filesAt(path.resolve(name)));
}

function filesAt(place: string): string[] {
  const info = place.startsWith(`${folder}/`) ? statSync(place, { throwIfNoEntry: false }) : undefined;
  if (info?.isFile()) return [place];
  if (!info?.isDirectory()) return [];
  return readdirSync(place).flatMap((name) => filesAt(path.join(place, name)));
}

/** What waits for a terminal would wait for ever. */
function hasInput(): boolean {
  const info = fstatSync(0);
  return info.isFile() || info.isFIFO() || info.isSocket();
}

async function ask(call: ProgramCall): Promise<ProgramAnswer> {
  const host = connect({ path: socket });
  host.end(JSON.stringify(call));
  return JSON.parse(await text(host)) as ProgramAnswer;
}

async function main(): Promise<void> {
  const input = hasInput() ? await buffer(process.stdin) : Buffer.alloc(0);
  const named = [...new Set(argv.flatMap(filesOf))];
  const files = named.map((file) => [file, readFileSync(file).toString('base64')]);
  const { exit, stdout, stderr } = await ask({
    argv,
    cwd: process.cwd(),
    stdin: input.toString('base64'),
    files: Object.fromEntries(files) as Record<string, string>,
  });
  await new Promise((resolve) => process.stdout.write(stdout, resolve));
  await new Promise((resolve) => process.stderr.write(stderr, resolve));
  process.exitCode = exit;
}

main().catch((error: unknown) => {
  // What is said here reaches nobody but the suite.
  process.stderr.write(`the program could not be called: ${String(error)}\n`);
  process.exitCode = 125;
});
