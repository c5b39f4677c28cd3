import * as z from 'zod/mini';
import { durationMs } from './duration';
import { asJson, asText, asValue } from './written';

/** Requirement ids leave the vault, so they are kept to what ids of specs look like. */
const requirementId = /^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,79}$/u;
const name = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

const text = z.pipe(z.transform(asText), z.string());
const shortText = z.pipe(z.transform(asText), z.string().check(z.minLength(1), z.maxLength(200)));
const nonEmpty = z.pipe(z.transform(asText), z.string().check(z.minLength(1)));
const id = z.pipe(z.transform(asText), z.string().check(z.regex(requirementId)));
const nameKey = z.string().check(z.regex(name));
const json = z.pipe(z.transform(asJson), z.unknown());
const duration = z.pipe(
  z.transform(asText),
  z.string().check(z.refine((value) => durationMs(value) !== null)),
);
const positive = z.pipe(z.transform(asValue), z.number().check(z.positive()));
const whole = (least: number) => z.pipe(z.transform(asValue), z.int().check(z.minimum(least)));
const flag = z.pipe(z.transform(asValue), z.boolean());
const isTrue = z.pipe(z.transform(asValue), z.literal(true));

/** Expectation about a text: literal, or matchers. */
const textMatchers = z.strictObject({
  equals: z.optional(text),
  matches: z.optional(text),
  contains: z.optional(z.union([text, z.array(text)])),
  oneOf: z.optional(z.array(text)),
  absent: z.optional(flag),
  any: z.optional(isTrue),
});
const expectedText = z.union([text, textMatchers]);

const saves = z.record(nameKey, nonEmpty);

/** A fault of a twin; `Fault` in src/twins says what each key does. */
const fault = z
  .strictObject({
    on: nonEmpty,
    times: z.optional(whole(1)),
    after: z.optional(whole(0)),
    probability: z.optional(z.pipe(z.transform(asValue), z.number().check(z.minimum(0), z.maximum(1)))),
    reply: z.optional(nonEmpty),
    retryAfter: z.optional(whole(0)),
    drop: z.optional(z.enum(['before', 'after'])),
    delay: z.optional(whole(0)),
    malformed: z.optional(isTrue),
  })
  .check(
    z.refine(
      ({ reply, drop, delay, malformed }) =>
        [reply, drop, delay, malformed].some((effect) => effect !== undefined),
      { error: 'needs one of reply, drop, delay and malformed' },
    ),
  );

/** What a scenario does to a twin between its steps: break it, move its clock, slow it down, have people of the service act. */
const twinAction = z.strictObject({
  faults: z.optional(z.array(fault)),
  clock: z.optional(
    z.union([
      z.strictObject({ advance: duration }),
      z.strictObject({ freeze: isTrue }),
      z.strictObject({ resume: isTrue }),
    ]),
  ),
  /** Every answer takes that long from now on, a minute at most. */
  latency: z.optional(
    z.pipe(
      z.transform(asText),
      z.string().check(z.refine((value) => (durationMs(value) ?? Infinity) <= 60_000)),
    ),
  ),
  /** What people of the service do, one after the other; the twin's documentation lists what they can. */
  act: z.optional(z.array(json)),
});

const commit = z.strictObject({
  message: text,
  /** Contents by path; null deletes. */
  files: z.optional(z.record(nonEmpty, z.union([text, z.pipe(z.transform(asValue), z.null())]))),
  tag: z.optional(nonEmpty),
  date: z.optional(nonEmpty),
});

const givenFile = z.union([text, z.strictObject({ text, template: flag })]);

const given = z.strictObject({
  env: z.optional(z.record(nameKey, text)),
  twins: z.optional(
    z.record(nameKey, z.strictObject({ seed: z.optional(json), faults: z.optional(z.array(fault)) })),
  ),
  files: z.optional(z.record(nonEmpty, givenFile)),
  git: z.optional(z.array(commit).check(z.minLength(1))),
});

/** One schema a kind of step; the key of the kind tells them apart. */
export const stepSchemas = {
  start: z.strictObject({ start: shortText }),
  http: z.strictObject({
    http: z.strictObject({
      method: z.optional(nonEmpty),
      url: nonEmpty,
      headers: z.optional(z.record(nonEmpty, text)),
      json: z.optional(json),
      body: z.optional(text),
    }),
    expect: z.optional(
      z.strictObject({
        status: z.optional(json),
        headers: z.optional(z.record(nonEmpty, expectedText)),
        json: z.optional(json),
        body: z.optional(expectedText),
        within: z.optional(duration),
      }),
    ),
    save: z.optional(saves),
  }),
  run: z.strictObject({
    run: z.union([z.array(text).check(z.minLength(1)), nonEmpty]),
    stdin: z.optional(text),
    expect: z.optional(
      z.strictObject({
        exit: z.optional(json),
        stdout: z.optional(expectedText),
        stderr: z.optional(expectedText),
        json: z.optional(json),
        within: z.optional(duration),
      }),
    ),
    save: z.optional(saves),
  }),
  file: z.strictObject({
    file: nonEmpty,
    expect: z.optional(
      z.strictObject({
        text: z.optional(expectedText),
        json: z.optional(json),
        absent: z.optional(isTrue),
        within: z.optional(duration),
      }),
    ),
  }),
  judge: z.strictObject({
    judge: z.pipe(z.transform(asText), z.string().check(z.minLength(1), z.maxLength(1000))),
  }),
  twin: z.strictObject({
    twin: shortText,
    do: z.optional(twinAction),
    expect: z.optional(
      z.strictObject({
        calls: z.optional(
          z.strictObject({
            method: z.optional(nonEmpty),
            answered: z.optional(nonEmpty),
            args: z.optional(json),
            count: z.optional(json),
          }),
        ),
        state: z.optional(z.record(nonEmpty, json)),
        within: z.optional(duration),
      }),
    ),
  }),
};

export const reports = ['tap', 'junit', 'json-lines', 'exit'] as const;

/** Tests that people already have, run against the program from a sandbox of their own. */
const suite = z.strictObject({
  /** Folder beside the scenario's file. */
  files: nonEmpty,
  command: z.union([z.array(text).check(z.minLength(1)), nonEmpty]),
  report: z.pipe(z.transform(asText), z.enum(reports)),
  /** Ids of all cases that have to be reported as passed. */
  cases: z.optional(z.array(nonEmpty).check(z.minLength(1))),
  /** Ids of cases that no right program passes: when one passes, the report is worth nothing. */
  mustFail: z.optional(z.array(nonEmpty).check(z.minLength(1))),
  /** Patterns of the suite's own files that the program may be given when an argument names them. */
  inputs: z.optional(z.array(nonEmpty)),
});

/** Everything but the steps, whose schema depends on their kind. */
export const scenarioHead = z.strictObject({
  id: shortText,
  covers: z.array(id).check(z.minLength(1)),
  why: z.optional(text),
  weight: z.optional(positive),
  given: z.optional(given),
  steps: z.optional(z.array(z.unknown()).check(z.minLength(1))),
  suite: z.optional(suite),
});

export type StartStep = z.infer<typeof stepSchemas.start>;
export type HttpStep = z.infer<typeof stepSchemas.http>;
export type RunStep = z.infer<typeof stepSchemas.run>;
export type FileStep = z.infer<typeof stepSchemas.file>;
export type TwinStep = z.infer<typeof stepSchemas.twin>;
export type JudgeStep = z.infer<typeof stepSchemas.judge>;
export type Step = StartStep | HttpStep | RunStep | FileStep | TwinStep | JudgeStep;
export type Given = z.infer<typeof given>;
export type Suite = z.infer<typeof suite>;
export type ReportFormat = Suite['report'];
/** One hidden scenario, parsed. All of it is vault text. */
export interface Scenario {
  /** The author's own id, by which an import finds what to update. */
  id: string;
  covers: string[];
  why: string;
  weight: number;
  given: Given;
  steps: Step[];
  /** Run after the steps. */
  suite?: Suite;
}

export type GitCommit = z.infer<typeof commit>;

/** What is published as `media/schemas/scenario.schema.json`; a test keeps the file in step. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const steps = z.array(z.union(Object.values(stepSchemas)));
  const head = z.extend(scenarioHead, { steps: z.optional(steps.check(z.minLength(1))) });
  const schema = z.toJSONSchema(head, {
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // An editor that guesses types must not complain about `PORT: 8080`, which is read as written.
      if (jsonSchema.type === 'string') Object.assign(jsonSchema, { type: ['string', 'number', 'boolean'] });
      delete jsonSchema.propertyNames;
    },
  });
  const anyOf = [{ required: ['steps'] }, { required: ['suite'] }];
  return { title: 'Dark Factory holdout scenario', ...schema, anyOf };
}
