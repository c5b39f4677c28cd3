import { setTimeout as sleep } from 'node:timers/promises';
import type { PodProcess } from '../sandbox/types';
import { FactoryError } from '../shared/errors';
import type { ClockChange } from '../twins/clock';
import type { TwinHandle } from '../twins/types';
import { durationMs } from './duration';
import { holds } from './expectation';
import { queryJson } from './jsonPath';
import { judgeRules, modelHolds, ModelTrouble } from './modelJudge';
import { fillArgv, fillDeep, fillScript, fillText } from './placeholders';
import { maxBodyBytes, probe } from './probeClient';
import type { FileStep, HttpStep, JudgeStep, RunStep, StartStep, Step, TwinStep } from './scenarioSchema';
import { type Stage, StageTrouble } from './stage';
import type { JudgeContext } from './types';

/** What the steps of one judging share. */
export interface Play {
  /** Opaque id of what is played. */
  scenario: string;
  stage: Stage;
  context: JudgeContext;
  /** Values of the stage and what steps saved. */
  values: Record<string, string | readonly string[]>;
  started: Map<string, PodProcess>;
  /** What the last step but `start` and `judge` saw. */
  seen: string;
  /** Ends with the run or with the scenario's time. */
  signal: AbortSignal;
}

const runMs = 60_000;
const httpMs = 30_000;
const readyMs = 30_000;
const pollPauseMs = 100;

/** Plays one step; false when what it expects does not hold, however often it may be asked. */
export async function playStep(play: Play, step: Step): Promise<boolean> {
  if ('start' in step) return start(play, step);
  if ('judge' in step) return judge(play, step);
  if ('twin' in step && step.do && !(await actOn(play, step))) return false;
  const within = 'expect' in step ? step.expect?.within : undefined;
  const end = performance.now() + (durationMs(within ?? '0s') ?? 0);
  for (;;) {
    if (await attempt(play, step)) return true;
    if (performance.now() >= end) return false;
    await sleep(pollPauseMs, undefined, { signal: play.signal });
  }
}

function attempt(play: Play, step: Exclude<Step, StartStep | JudgeStep>): Promise<boolean> {
  if ('http' in step) return http(play, step);
  if ('run' in step) return run(play, step);
  if ('file' in step) return file(play, step);
  return twin(play, step);
}

/** Starts a server of the spec, or starts it again when it runs, and waits for its port. */
async function start(play: Play, { start: name }: StartStep): Promise<boolean> {
  const { stage, context, values, started, signal } = play;
  const command = context.spec.commands.start?.[name];
  if (!command) return false;
  await started.get(name)?.stop();
  const { script, env } = fillScript(command.run, values);
  const server = await stage.pod.spawn({
    argv: ['bash', '-ceu', script],
    cwd: stage.places.root,
    env: { ...stage.env, ...env },
    signal,
  });
  // How a server ends is no error here: the steps after it show what it was good for.
  const ended = server.exited.then(
    () => false,
    () => false,
  );
  started.set(name, server);
  if (!command.ready) return true;
  const port = Number(fillText(command.ready.port, values));
  const ready = probe(probeOf(play), { op: 'connect', port, withinMs: readyMs }).then(({ ok }) => ok);
  // Whichever comes first; the probe of a server that ended goes away with the pod.
  return Promise.race([ready, ended]);
}

async function http(play: Play, { http: request, expect, save }: HttpStep): Promise<boolean> {
  const { values } = play;
  const json = request.json === undefined ? undefined : JSON.stringify(fillDeep(request.json, values));
  const body = json ?? (request.body === undefined ? undefined : fillText(request.body, values));
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name,
    fillText(value, values),
  ]);
  const answer = await probe(probeOf(play), {
    op: 'http',
    method: request.method ?? 'GET',
    url: fillText(request.url, values),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(Object.fromEntries(headers) as Record<string, string>),
    },
    ...(body === undefined ? {} : { body }),
    withinMs: httpMs,
    maxBytes: maxBodyBytes,
  });
  if (!answer.ok) return false;
  play.seen = answer.body;
  const found = parseJson(answer.body);
  const named = Object.entries(expect?.headers ?? {});
  const fine =
    holds(expect?.status ?? { between: [200, 299] }, answer.status, values) &&
    named.every(([name, expected]) => holds(expected, answer.headers[name.toLowerCase()], values)) &&
    holds(expect?.body, answer.body, values) &&
    holds(expect?.json, found, values);
  return fine && keep(play, save, found);
}

async function run(play: Play, { run: command, stdin, expect, save }: RunStep): Promise<boolean> {
  const { stage, values, signal } = play;
  const script = typeof command === 'string' ? fillScript(command, values) : null;
  const result = await stage.pod.run({
    argv: script ? ['bash', '-ceu', script.script] : fillArgv(command as string[], values),
    cwd: stage.places.scenario,
    env: { ...stage.env, ...script?.env },
    ...(stdin === undefined ? {} : { stdin: fillText(stdin, values) }),
    timeoutMs: runMs,
    keepBytes: maxBodyBytes,
    signal,
  });
  if (result.timedOut || result.dropped > 0) return false;
  play.seen = result.stderr === '' ? result.stdout : `${result.stdout}\n[standard error]\n${result.stderr}`;
  const found = parseJson(result.stdout);
  const fine =
    holds(expect?.exit ?? 0, result.exit, values) &&
    holds(expect?.stdout, result.stdout, values) &&
    holds(expect?.stderr, result.stderr, values) &&
    holds(expect?.json, found, values);
  return fine && keep(play, save, found);
}

async function file(play: Play, { file: name, expect }: FileStep): Promise<boolean> {
  const { stage, values } = play;
  const path = fillText(name, values);
  const place = path.startsWith(`${stage.places.tmp}/`) ? 'tmp' : 'scenario';
  const root = stage.places[place];
  const mounts = [{ host: stage.sources[place], inside: root, writable: false }];
  const answer = await probe(
    { ...probeOf(play), mounts },
    { op: 'file', root, path, maxBytes: maxBodyBytes },
  );
  if (expect?.absent) return !answer.ok && answer.reason === 'absent';
  if (!answer.ok) return false;
  play.seen = answer.text;
  return holds(expect?.text, answer.text, values) && holds(expect?.json, parseJson(answer.text), values);
}

async function twin(play: Play, { twin: name, expect = {} }: TwinStep): Promise<boolean> {
  const handle = play.stage.twins.get(name);
  if (!handle) return false;
  const { values } = play;
  const seen: Record<string, unknown> = {};
  if (expect.calls) {
    const { method, answered, args, count } = expect.calls;
    const calls = (await handle.calls()).filter(
      (call) =>
        holds(method, call.method, values) &&
        holds(answered, call.answered, values) &&
        holds(args, call.args, values),
    );
    if (!holds(count ?? { between: [1, Number.MAX_SAFE_INTEGER] }, calls.length, values)) return false;
    seen.calls = calls.map(({ method, args, answered }) => ({ method, args, answered }));
  }
  const state = expect.state && (await handle.state());
  const fine = Object.entries(expect.state ?? {}).every(([path, expected]) => {
    const found = queryJson(path, state);
    seen[path] = 'one' in found ? found.one : found.many;
    return holds(expected, seen[path], values);
  });
  if (Object.keys(seen).length > 0) play.seen = JSON.stringify(seen, null, 1);
  return fine;
}

/** What happens to a service while a scenario goes on: once, however often its state is looked at afterwards. */
async function actOn({ stage, values }: Play, { twin: name, do: action = {} }: TwinStep): Promise<boolean> {
  const handle = stage.twins.get(name);
  if (!handle) return false;
  const { faults, clock, latency, act = [] } = fillDeep(action, values) as NonNullable<TwinStep['do']>;
  try {
    if (faults) await handle.addFaults(faults);
    if (clock) await handle.changeClock(clockChange(clock));
    if (latency !== undefined) {
      const ms = durationMs(latency) ?? 0;
      await handle.setLatency({ min: ms, max: ms });
    }
  } catch (error) {
    // What a twin cannot do is a mistake of the scenario, which the candidate must not pay for.
    throw new StageTrouble('twins', error);
  }
  return havePeopleAct(handle, act);
}

/** False when a person finds nothing to act on, for example no button to click: the program did not put it there. */
async function havePeopleAct(handle: Pick<TwinHandle, 'act'>, acts: readonly unknown[]): Promise<boolean> {
  for (const act of acts) {
    try {
      await handle.act(act);
    } catch (error) {
      if (error instanceof FactoryError && error.code === 'bad-input') return false;
      throw error;
    }
  }
  return true;
}

function clockChange(clock: NonNullable<NonNullable<TwinStep['do']>['clock']>): ClockChange {
  if ('advance' in clock) return { advance: durationMs(clock.advance) ?? 0 };
  return 'freeze' in clock ? {} : { resume: true };
}

/** Asks a model about what was seen; @throws ModelTrouble when there is none, or it cannot be asked */
async function judge(play: Play, { judge: statement }: JudgeStep): Promise<boolean> {
  const { context, scenario, seen, signal } = play;
  const { askModel } = context;
  if (!askModel) throw new ModelTrouble(noModel(scenario));
  const filled = fillText(statement, play.values);
  // Random values are others in each vault.
  const aboutOf = (claim: string) => (claim === filled ? statement : `not: ${statement}`);
  return modelHolds(
    (prompt, claim) => askModel({ scenario, about: aboutOf(claim), system: judgeRules, prompt }, signal),
    filled,
    seen,
  );
}

const noModel = (scenario: string): FactoryError =>
  new FactoryError('environment', `Scenario ${scenario} asks a model, and there is none here.`, {
    hint: 'Run it live, with an API key.',
  });

/** Keeps what later steps refer to as `{{saved.<name>}}`: one scalar each, or the step fails. */
function keep({ values }: Play, save: Record<string, string> | undefined, json: unknown): boolean {
  return Object.entries(save ?? {}).every(([name, path]) => {
    const found = queryJson(path, json ?? null);
    const [value, ...more] = 'one' in found ? [found.one] : found.many;
    if (more.length > 0 || !['string', 'number', 'boolean'].includes(typeof value)) return false;
    values[`saved.${name}`] = String(value);
    return true;
  });
}

/** Undefined when a text is no JSON: nothing but `absent` matches that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function probeOf({ stage, context, signal }: Play) {
  return { pod: stage.pod, sandbox: context.sandbox, signal };
}
