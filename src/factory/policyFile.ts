import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import * as z from 'zod/mini';
import { closest } from '../shared/closest';
import { FactoryError } from '../shared/errors';
import { originOf } from './setupHosts';

export const autonomies = ['lights-out', 'approve-delivery', 'approve-plan'] as const;
export const feedbacks = ['none', 'count', 'requirement'] as const;

/** Each error says what the value must be. */
const map = (example: string) => ({ error: `a map, such as \`${example}\`` });
const amountError = 'a number, such as `10` or `250k`';
const amount = z.optional(
  z.union(
    [z.number().check(z.gte(0, amountError)), z.string().check(z.regex(/^\d+(\.\d+)?[kM]?$/, amountError))],
    amountError,
  ),
);
const model = z.optional(z.string({ error: 'the id of a model' }).check(z.minLength(1, 'the id of a model')));
const between = (least: number, most: number, error: string) =>
  z.optional(z.number({ error }).check(z.gte(least, error), z.lte(most, error)));
const texts = (error: string) => z.optional(z.array(z.string({ error }), { error }));
const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: `one of ${names.join(', ')}` });

const category = z.strictObject({ autonomy: oneOf(autonomies) }, map('{ autonomy: lights-out }'));
const budget = z.strictObject(
  { usd: amount, tokens: amount, minutes: amount, debugRounds: amount, parallel: amount },
  map('{ usd: 10 }'),
);
const models = z.strictObject(
  { planner: model, implementer: model, tester: model, debugger: model, judge: model },
  map('{ planner: MODEL }'),
);
const holdouts = z.strictObject(
  {
    feedback: z.optional(oneOf(feedbacks)),
    sealed: between(0, 1, 'a share from 0 to 1'),
    attempts: between(1, 3, 'a number from 1 to 3'),
    accept: between(0, 1, 'a share from 0 to 1'),
    bits: between(0, Infinity, 'a number of bits from 0'),
  },
  map('{ sealed: 0.5 }'),
);
const hostError = 'a host name, such as `npm.example.com`';
const network = z.strictObject(
  {
    registries: z.optional(oneOf(['detected', 'none'])),
    allow: z.optional(
      z.array(
        z.string({ error: hostError }).check(z.refine((host) => originOf(host) !== undefined, hostError)),
        {
          error: 'a list of host names',
        },
      ),
    ),
    scripts: z.optional(z.boolean({ error: '`true` or `false`' })),
  },
  map('{ registries: detected }'),
);

const schema = z.strictObject(
  {
    version: z.literal(1, { error: '1, the only format version there is' }),
    categories: z.optional(z.record(z.string(), category, map('{ migration: { autonomy: approve-plan } }'))),
    budget: z.optional(budget),
    models: z.optional(models),
    holdouts: z.optional(holdouts),
    governed: texts('a list of file patterns, such as `[docs/**]`'),
    network: z.optional(network),
  },
  map('version: 1'),
);

const sections = { budget, models, holdouts, network };

/** What a policy file says; everything but the version may be left out. */
export type PolicyFile = z.infer<typeof schema>;

/**
 * Reads a policy's YAML.
 * @throws FactoryError 'bad-input' with file, line and what must stand there for anything the format does not know.
 */
export function readPolicyFile(text: string, file: string): PolicyFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw refuse(file, line, `This is not valid YAML: ${broken.message.replace(/\.$/, '')}.`);
  }
  const read = schema.safeParse(document.toJS());
  if (read.success) return read.data;
  const { path, message, hint } = misuseOf(read.error.issues[0]!);
  throw refuse(file, lines.linePos(offsetOf(document, path)).line, message, hint);
}

function misuseOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string; hint?: string } {
  const name = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') {
    return { path: issue.path, message: `${name ? `\`${name}\`` : 'The policy'} must be ${issue.message}.` };
  }
  const [key = ''] = issue.keys;
  const path = [...issue.path, key];
  const message = `\`${key}\` is not a key of ${name ? `\`${name}\`` : 'the policy'}.`;
  const known = knownKeys(issue.path);
  const meant = closest(key, known);
  return { path, message, hint: meant ? `Did you mean \`${meant}\`?` : `Use one of ${known.join(', ')}.` };
}

function knownKeys([section]: readonly PropertyKey[]): string[] {
  if (section === undefined) return Object.keys(schema.shape);
  if (section === 'categories') return Object.keys(category.shape);
  return Object.keys(sections[section as keyof typeof sections].shape);
}

function refuse(file: string, line: number, message: string, hint?: string): FactoryError {
  return new FactoryError('bad-input', `${file}:${Math.max(1, line)}: ${message}`, {
    hint: hint ?? 'Mend the policy, or remove it to run with the defaults.',
  });
}

/** Where the deepest key on the path stands that is written. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!pair) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}
