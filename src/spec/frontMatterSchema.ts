import * as z from 'zod/mini';

/**
 * Shape of a spec's front matter. All scalars are text, because YAML's guesses (`1.10` is a number, `no` is false) are
 * never what the writer of a command or a version meant. Each error says what the value must be.
 */
const line = (example: string) => {
  const error = `one line of text, such as \`${example}\``;
  return z.string({ error }).check(z.minLength(1, error));
};

const word = line('slack');
const words = 'a list of words, such as `[node, dist/cli.js]`';

const ready = z.strictObject(
  { port: line('"{{port}}"') },
  { error: 'a map, such as `{ port: "{{port}}" }`' },
);

const start = z.strictObject(
  { run: line('node dist/server.js'), ready: z.exactOptional(ready) },
  { error: 'a map, such as `{ run: node dist/server.js }`' },
);

const starts = z.record(z.string(), start, {
  error: 'a map, such as `{ run: node dist/server.js }`, or a map of named starts',
});

const commands = z.strictObject(
  {
    setup: z.exactOptional(line('npm ci')),
    build: z.exactOptional(line('npm run build')),
    lint: z.exactOptional(line('npm run lint')),
    test: z.exactOptional(line('npm test')),
    program: z.exactOptional(z.array(line('dist/cli.js'), words).check(z.minLength(1, words))),
    start: z.exactOptional(starts),
  },
  { error: 'a map of commands, such as `{ test: npm test }`' },
);

const service = z.strictObject(
  { use: line('postgres'), version: z.exactOptional(line('">=15"')) },
  { error: 'a map, such as `{ use: postgres, version: ">=15" }`' },
);

const variableName = z.string().check(z.regex(/^[A-Za-z_]\w*$/, 'named with letters, digits and `_` only'));

export const frontMatterSchema = z.strictObject(
  {
    factory: z.exactOptional(z.literal('1', { error: '1, the only format version there is' })),
    category: z.exactOptional(line('api-integration')),
    commands: z.exactOptional(commands),
    env: z.exactOptional(
      z.record(variableName, z.string({ error: 'one line of text' }), {
        error: 'a map from names of variables to text',
      }),
    ),
    twins: z.exactOptional(z.array(word, 'a list of twins, such as `[slack, okta]`')),
    services: z.exactOptional(
      z.record(z.string(), service, { error: 'a map, such as `{ db: { use: postgres } }`' }),
    ),
  },
  { error: 'a map of keys, such as `factory: 1`' },
);

export type FrontMatterData = z.infer<typeof frontMatterSchema>;

/** Keys that may stand in the map at a path of the front matter; undefined where any name is allowed. */
export function knownKeys(path: readonly PropertyKey[]): string[] | undefined {
  const [first, second, third] = path;
  if (path.length === 0) return Object.keys(frontMatterSchema.shape);
  if (first === 'commands' && path.length === 1) return Object.keys(commands.shape);
  if (first === 'commands' && second === 'start' && path.length === 3) return Object.keys(start.shape);
  if (first === 'commands' && second === 'start' && third !== undefined) return Object.keys(ready.shape);
  if (first === 'services' && path.length === 2) return Object.keys(service.shape);
  return undefined;
}
