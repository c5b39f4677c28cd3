import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { personGit } from './gitRepo';
import type { Answer } from './scriptedModel';

/** The smallest project the factory can make: a program that greets. */
export const tinySpec = `---
factory: 1
category: api-integration
commands:
  test: node --test
  program: [node, greet.mjs]
---
# Greeter

A program that greets the person who starts it on a terminal.

## Requirements

- **R1** The program MUST print \`Hello, NAME!\` and a line feed for the argument NAME.
- **R2** The program MUST exit with status 2 and print \`usage: greet NAME\` on standard error without an argument.
- **R3** The program SHOULD greet several names on one line each, in the order of the arguments.
`;

const scenarios: Record<string, string> = {
  'one.scenario.yaml': `id: one-name
covers: [R1]
why: the plain case
steps:
  - run: ["{{program}}", "{{canary.name}}"]
    expect: { exit: 0, stdout: { equals: "Hello, {{canary.name}}!\\n" } }
`,
  'none.scenario.yaml': `id: no-name
covers: [R2]
why: a missing argument is a usage error
steps:
  - run: ["{{program}}"]
    expect: { exit: 2, stderr: { contains: "usage: greet NAME" } }
`,
  'many.scenario.yaml': `id: many-names
covers: [R1, R3]
why: several names keep their order
steps:
  - run: ["{{program}}", Zoe, Ada]
    expect: { exit: 0, stdout: { equals: "Hello, Zoe!\\nHello, Ada!\\n" } }
`,
  'space.scenario.yaml': `id: name-with-space
covers: [R1, R3]
why: an argument is not split
steps:
  - run: ["{{program}}", "Ada Lovelace"]
    expect: { exit: 0, stdout: { equals: "Hello, Ada Lovelace!\\n" } }
`,
};

export const goodProgram = `const names = process.argv.slice(2);
if (names.length === 0) {
  console.error('usage: greet NAME');
  process.exit(2);
}
for (const name of names) console.log(\`Hello, \${name}!\`);
`;

/** Passes the visible test and fails the hidden scenarios about several names. */
export const badProgram = `const [name] = process.argv.slice(2);
if (!name) {
  console.error('usage: greet NAME');
  process.exit(2);
}
console.log(\`Hello, \${name.split(' ')[0]}!\`);
`;

const testFile = `import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

test('greets', () => {
  assert.equal(spawnSync('node', ['greet.mjs', 'Ada'], { encoding: 'utf8' }).stdout, 'Hello, Ada!\\n');
});
`;

/** Paths of a fresh tiny project: a git repository, its spec and a folder of hidden scenarios beside it. */
export interface TinyProject {
  workspace: string;
  spec: string;
  holdouts: string;
  store: string;
}

export function makeTinyProject(dir: string): TinyProject {
  const workspace = path.join(dir, 'project');
  const holdouts = path.join(dir, 'holdouts');
  mkdirSync(workspace);
  mkdirSync(holdouts);
  writeFileSync(path.join(workspace, 'greet.spec.md'), tinySpec);
  writeFileSync(path.join(workspace, 'CLAUDE.md'), 'Use plain JavaScript modules.\n');
  for (const [name, text] of Object.entries(scenarios)) writeFileSync(path.join(holdouts, name), text);
  personGit(workspace, 'init', '-q', '-b', 'main');
  personGit(workspace, 'add', '-A');
  personGit(workspace, 'commit', '-q', '-m', 'Start');
  return { workspace, holdouts, spec: path.join(workspace, 'greet.spec.md'), store: path.join(dir, 'store') };
}

const use = (name: string, input: object): Answer => ({ content: [{ type: 'tool_use', name, input }] });
const say = (text: string): Answer => ({ content: text });

const task = (id: string, role: string, requirements: string[], files: string[]): object => ({
  id,
  title: `${role} of the greeter`,
  role,
  requirements,
  dependsOn: [],
  files,
  category: 'api-integration',
  novel: false,
  instructions: 'Do it.',
});

export const planAnswer = use('submit_plan', {
  interfaces: ['node greet.mjs NAME…'],
  assumptions: ['Names are printed as they are given.'],
  tasks: [
    task('T1', 'implementer', ['R1', 'R2', 'R3'], ['greet.mjs']),
    task('T2', 'tester', ['R1'], ['greet.test.mjs']),
  ],
});

/** Answers of every agent of a run that makes `program` and is accepted when it is good. */
export function tinyScript(program = goodProgram): Record<string, Answer[]> {
  return {
    planner: [planAnswer],
    'T1.implementer': [
      use('write', { file_path: 'greet.mjs', content: program }),
      use('bash', { command: 'node greet.mjs Ada' }),
      say('greet.mjs greets; I ran it with one name.'),
    ],
    'T2.tester': [
      use('write', { file_path: 'greet.test.mjs', content: testFile }),
      say('One black-box test.'),
    ],
  };
}

/** Answers of a debugger that puts the good program in place. */
export const mendAnswers: Answer[] = [
  use('write', { file_path: 'greet.mjs', content: goodProgram }),
  say('Mended.'),
];
