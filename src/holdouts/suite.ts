import path from 'node:path';
import picomatch from 'picomatch';
import type { ProgramAnswer, ProgramCall } from '../sandbox/courierProtocol';
import type { ReportedCase } from '../sandbox/probeProtocol';
import type { Mount } from '../sandbox/types';
import { fillArgv, fillScript } from './placeholders';
import { maxBodyBytes, probe } from './probeClient';
import { openProgramRelay } from './programRelay';
import type { Suite } from './scenarioSchema';
import type { Play } from './steps';
import { relayFolder, type SuiteFiles } from './suiteFiles';

/** A suite that takes longer fails; so does one call of the program. */
const suiteMs = 4 * 60_000;
const callMs = 60_000;
/** Bytes of a report. */
const maxReport = 4 * maxBodyBytes;
/** Where the sandbox of a suite sees what is asked of the host. */
const socketInside = '/relay';
/** A pipe that only the suite's own sandbox holds. */
const reportInside = '/dev/fd/3';
/** As shells say it of a program that a signal or we ended. */
const endedBySignal = 137;

/**
 * Runs a suite against the program. The two never share a sandbox: the suite's has its files and no program, the
 * program's is the one of `run` steps and has no file of the suite but those `inputs` that an argument names. What
 * decides is the report on a pipe that the program never holds, or the exit status of the suite.
 */
export async function playSuite(play: Play, suite: Suite, files: SuiteFiles): Promise<boolean> {
  const { stage, context, signal } = play;
  const { pod, places } = stage;
  const own = path.posix.join(places.scenario, relayFolder);
  const program = path.posix.join(own, 'program');
  const temporary = path.posix.join(own, 'tmp');
  const mount = { host: stage.sources.suite, inside: places.scenario, writable: true };
  const courier = [context.sandbox.node, `${context.sandbox.programs}/courier.js`, socketInside, temporary];
  const placed = await probe(
    { pod, sandbox: context.sandbox, signal, mounts: [mount] },
    {
      op: 'write',
      root: places.scenario,
      files: { ...files, [`${relayFolder}/program`]: { data: scriptFor(courier), executable: true } },
      folders: [`${relayFolder}/tmp`],
    },
  );
  if (!placed.ok) throw new Error('the suite could not be written');
  const relay = await openProgramRelay(stage.sources.socket, (call) => answer(play, suite, files, call));
  try {
    const values = { ...play.values, program: [program], report: reportInside };
    const script = typeof suite.command === 'string' ? fillScript(suite.command, values) : null;
    const argv = script ? ['bash', '-ceu', script.script] : fillArgv(suite.command as string[], values);
    const result = await pod.run({
      argv: ['env', `TMPDIR=${temporary}`, ...argv],
      cwd: places.scenario,
      env: { ...context.toolchain?.env, ...script?.env },
      isolated: true,
      mounts: [
        mount,
        { host: stage.sources.socket, inside: socketInside, writable: false },
        ...(context.toolchain?.mounts ?? []),
      ],
      report: true,
      keepBytes: maxReport,
      timeoutMs: suiteMs,
      signal,
    });
    if (result.timedOut || result.exit === null) return false;
    if (suite.report === 'exit') return result.exit === 0;
    if (result.report === undefined) return false;
    const read = await probe(
      { pod, sandbox: context.sandbox, signal },
      { op: 'report', format: suite.report, text: result.report },
    );
    return read.ok && isAsSealed(suite, read.cases);
  } finally {
    await relay.close();
  }
}

/** Whether exactly the sealed cases are reported, each once, and each as a right program makes it. */
export function isAsSealed({ cases = [], mustFail = [] }: Suite, reported: readonly ReportedCase[]): boolean {
  const outcomes = new Map(reported.map(({ id, outcome }) => [id, outcome]));
  return (
    reported.length === cases.length + mustFail.length &&
    cases.every((id) => outcomes.get(id) === 'passed') &&
    mustFail.every((id) => outcomes.get(id) === 'failed')
  );
}

/**
 * Runs the program as a `run` step does, beside what the suite may give it: files that the suite made in its temporary
 * folder and its `inputs`, where an argument names them, itself, behind a `=`, or by their folder.
 */
async function answer(
  play: Play,
  suite: Suite,
  sealed: SuiteFiles,
  call: ProgramCall,
): Promise<ProgramAnswer> {
  const { stage, context, signal } = play;
  const { scenario } = stage.places;
  const below = (place: string): string | undefined => {
    const relative = path.posix.relative(scenario, place);
    return relative.startsWith('..') || path.posix.isAbsolute(relative) ? undefined : relative;
  };
  const cwd = below(call.cwd);
  if (cwd === undefined) throw new Error('called from elsewhere');
  const made = Object.entries(call.files).flatMap(([place, data]) => {
    const name = below(place);
    return name?.startsWith(`${relayFolder}/tmp/`) ? [[name, { data }] as const] : [];
  });
  const names = call.argv
    .flatMap((argument) => [argument, argument.slice(argument.indexOf('=') + 1)])
    .flatMap((name) => below(path.posix.resolve(call.cwd, name)) ?? []);
  const given = { ...inputsOf(suite, sealed, names), ...Object.fromEntries(made) };
  if (Object.keys(given).length > 0 || cwd !== '') {
    const mounts: Mount[] = [{ host: stage.sources.scenario, inside: scenario, writable: true }];
    const placed = await probe(
      { pod: stage.pod, sandbox: context.sandbox, signal, mounts },
      { op: 'write', root: scenario, files: given, folders: cwd === '' ? [] : [cwd] },
    );
    if (!placed.ok) throw new Error('its inputs could not be written');
  }
  const result = await stage.pod.run({
    argv: [...fillArgv(['{{program}}'], play.values), ...call.argv],
    cwd: path.posix.join(scenario, cwd),
    env: stage.env,
    stdin: Buffer.from(call.stdin, 'base64'),
    timeoutMs: callMs,
    keepBytes: maxBodyBytes,
    signal,
  });
  if (result.dropped > 0) throw new Error('too much output');
  return { exit: result.exit ?? endedBySignal, stdout: result.stdout, stderr: result.stderr };
}

/** Files of the suite that the scenario lets out, of those that have one of these names or lie in a folder of it. */
export function inputsOf({ inputs = [] }: Suite, sealed: SuiteFiles, names: readonly string[]): SuiteFiles {
  const isInput = picomatch(inputs, { dot: true });
  const isNamed = (file: string) =>
    names.some((name) => name === '' || file === name || file.startsWith(`${name}/`));
  return Object.fromEntries(Object.entries(sealed).filter(([file]) => isInput(file) && isNamed(file)));
}

/** A program of one name, as runners of tests want it. */
function scriptFor(argv: readonly string[]): string {
  const script = `#!/bin/sh\nexec ${argv.map((item) => `'${item}'`).join(' ')} "$@"\n`;
  return Buffer.from(script).toString('base64');
}
