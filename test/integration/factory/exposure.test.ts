import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Canary, printCanaries, searchFor } from '../../../src/holdouts/exposure';
import { openVault } from '../../../src/holdouts/vault';
import { exportRun, formats } from '../../../src/trace/export/formats';
import { readJournal } from '../../../src/trace/tail';
import { cli, type CliResult } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { type Answer, byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { goodProgram, makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import { rewind, runFolders, runIds, stateOfRun, testKey } from '../../support/tinyRun';

const why =
  'a greeting that trims, folds or joins the names of its guests is rude to every one of them at once';
const wordy = `id: kept-apart
covers: [R3]
why: ${why}
steps:
  - run: ["{{program}}", "  Zoe ", "{{canary.reporter-name}}"]
    expect: { exit: 0, stdout: { equals: "Hello,   Zoe !\\nHello, {{canary.reporter-name}}!\\n" } }
`;

describe('a run that is watched', () => {
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel;
  let canaries: Canary[];
  let key: string;

  /** Seals the scenarios in the workspace's vault, and opens it as no agent can: with its key. */
  beforeEach(async () => {
    project = makeTinyProject(temp());
    writeFileSync(path.join(project.holdouts, 'wordy.scenario.yaml'), wordy);
    const bytes = randomBytes(32);
    key = bytes.toString('base64');
    const { workspace, holdouts, store } = project;
    const imported = await cli(['holdouts', 'import', holdouts, '--workspace', workspace, '--store', store], {
      DARK_FACTORY_VAULT_KEY: key,
    });
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stderr, /Without a canary of their own: .*none\.scenario\.yaml/);
    assert.doesNotMatch(imported.stderr, /[ ,]one\.scenario\.yaml/);
    const [folder = ''] = globSync('workspaces/*', { cwd: store });
    const vault = await openVault({
      dir: path.join(store, folder, 'vault'),
      key: bytes,
      workspaceId: path.basename(folder),
    });
    canaries = await vault.canaries();
    assert.equal(new Set(canaries.map(({ scenario }) => scenario)).size, 5);
  });
  afterEach(() => model?.close());

  async function run(script: Record<string, Answer[]>): Promise<CliResult> {
    model = await startScriptedModel(byAgent(script));
    const { spec, store } = project;
    return cli(['run', spec, '--store', store, '--base-url', model.baseUrl], {
      ...testKey,
      DARK_FACTORY_VAULT_KEY: key,
    });
  }

  /** Everything of a run that people see, keep or send. */
  async function shown(result: CliResult): Promise<string> {
    const [dir = ''] = runFolders(project.store);
    const kept = globSync('{journal.jsonl,report.md,blobs/*}', { cwd: dir });
    const events = await readJournal(path.join(dir, 'journal.jsonl'));
    return [
      result.stdout,
      result.stderr,
      ...kept.map((file) => readFileSync(path.join(dir, file), 'utf8')),
      ...formats.map((format) => exportRun(events, format)),
      ...model.requests.map(({ body }) => JSON.stringify(body.messages)),
    ].join('\n');
  }

  async function assertContaminated(result: CliResult, sink: string): Promise<void> {
    assert.equal(result.code, 5, result.stdout + result.stderr);
    const { outcome, exposures } = await stateOfRun(project.store);
    assert.equal(outcome?.outcome, 'contaminated');
    assert.match(outcome?.reason ?? '', new RegExp(`a canary of hidden scenario H-\\w{6} in the ${sink}`));
    assert.deepEqual(
      exposures.map((found) => found.sink),
      [sink],
    );
    assert.equal(searchFor(printCanaries(canaries)).look(await shown(result)).exposure, null);
  }

  const resume = (): Promise<CliResult> => {
    const [id = ''] = runIds(project.store);
    const environment = { ...testKey, DARK_FACTORY_VAULT_KEY: key };
    return cli(['resume', id, '--store', project.store, '--base-url', model.baseUrl], environment);
  };

  /** A script of the shell that only has the canary once it runs. */
  const pieces = (): string => {
    const { value = '' } = canaries.find((canary) => / /.test(canary.value)) ?? {};
    const half = value.length / 2;
    return `b='${value.slice(half)}'; a='${value.slice(0, half)}'`;
  };
  const use = (name: string, input: object): Answer => ({ content: [{ type: 'tool_use', name, input }] });
  const doing = (command: string): Record<string, Answer[]> => ({
    ...tinyScript(),
    'T1.implementer': [use('bash', { command }), { content: 'Done.' }],
  });

  it('ends when an agent says a canary, before its answer is kept or carried out', async () => {
    const text = Buffer.from(`Remember: ${canaries[0]?.value}`).toString('base64');
    const write = use('write', { file_path: 'note.txt', content: text });
    const result = await run({ ...tinyScript(), 'T1.implementer': [write, { content: 'Done.' }] });
    await assertContaminated(result, 'model answer');
    assert.ok(!(await shown(result)).includes(text));
  });

  it('ends when a command prints one', async () => {
    const result = await run(doing(`${pieces()}; echo "$a$b"`));
    await assertContaminated(result, 'tool result');
    assert.equal(model.requests.filter(({ agent }) => agent === 'T1.implementer').length, 1);
    assert.match((await resume()).stderr, /has its verdict: contaminated/);
  });

  it('stays ended when the process died before it could say so', async () => {
    await run(doing(`${pieces()}; echo "$a$b"`));
    const [dir = ''] = runFolders(project.store);
    const journal = path.join(dir, 'journal.jsonl');
    const all = readFileSync(journal, 'utf8').split('\n');
    // What was under way may still be told of after it.
    const lines = all.slice(0, all.findIndex((line) => line.includes('"exposure.found"')) + 1);
    assert.notEqual(lines.length, 0);
    await rewind(project.store, dir, lines);
    const sent = model.requests.length;
    assert.equal((await resume()).code, 5);
    assert.equal(model.requests.length, sent);
  });

  it('ends when a file has one, or its name has', async () => {
    await assertContaminated(
      await run(doing(`${pieces()}; printf %s "$a$b" | rev > note.txt`)),
      'agent file',
    );
  });

  it('ends when the name of a file has one, and does not repeat the name', async () => {
    const result = await run(doing(`${pieces()}; echo Hi > "$a$b.txt"`));
    await assertContaminated(result, 'agent file');
    assert.match(result.stdout, /its name is withheld/);
  });

  it('ends before a request leaves that holds one', async () => {
    writeFileSync(path.join(project.workspace, 'CLAUDE.md'), `Greet ${canaries[0]?.value} well.\n`);
    personGit(project.workspace, 'commit', '-qam', 'More');
    const result = await run(tinyScript());
    await assertContaminated(result, 'model request');
    assert.equal(model.requests.length, 0);
  });

  it('ends when the output of a check has one, and tells no debugger', async () => {
    const { value = '' } = canaries[0] ?? {};
    const half = value.length / 2;
    const leak = `const b = '${value.slice(half)}'; const a = '${value.slice(0, half)}'; console.log(a + b);\n`;
    const script = tinyScript(leak + goodProgram);
    const implementer = script['T1.implementer']?.filter((_, at) => at !== 1) ?? [];
    const result = await run({ ...script, 'T1.implementer': implementer });
    await assertContaminated(result, 'output of a check');
    assert.ok(model.requests.every(({ agent }) => !agent?.startsWith('debugger')));
  });

  it('goes on when words of a scenario turn up, and says so', async () => {
    const script = tinyScript();
    const program = `// ${why.replaceAll(' ', '\n//   ').toUpperCase()}\n${goodProgram}`;
    const [, ...rest] = script['T1.implementer'] ?? [];
    const write = use('write', { file_path: 'greet.mjs', content: program });
    const result = await run({ ...script, 'T1.implementer': [write, ...rest] });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const { exposures, report } = await stateOfRun(project.store);
    assert.ok(exposures.every(({ kind, scenario }) => kind === 'phrase' && scenario !== null));
    const sinks = exposures.map(({ sink }) => sink);
    for (const sink of ['model answer', 'model request', 'agent file', 'delivered change'] as const) {
      assert.ok(sinks.includes(sink), `${sink} in ${sinks.join(', ')}`);
    }
    const text = readFileSync(path.join(runFolders(project.store)[0] ?? '', report?.file ?? ''), 'utf8');
    assert.match(text, /words of hidden scenario H/);
  });

  it('takes no notice of words that the repository or the spec has, too', async () => {
    writeFileSync(path.join(project.workspace, 'MANNERS.md'), `Mind: ${why}.\n`);
    personGit(project.workspace, 'add', '-A');
    personGit(project.workspace, 'commit', '-qm', 'Manners');
    const script = tinyScript(`// ${why}\n${goodProgram}`);
    const result = await run(script);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.deepEqual((await stateOfRun(project.store)).exposures, []);
  });

  it('does not begin on a spec that holds a scenario, and names the one that is burnt', async () => {
    const spec = readFileSync(project.spec, 'utf8');
    for (const paste of [wordy, canaries[0]?.value ?? '']) {
      writeFileSync(project.spec, `${spec}\n## Assumptions\n\n${paste.replace(/^/gm, '    ')}\n`);
      const result = await run(tinyScript());
      assert.equal(result.code, 2, result.stdout + result.stderr);
      assert.match(result.stderr, /greet\.spec\.md holds text of hidden scenario H-\w{6}, which burns it/);
      assert.equal(model.requests.length, 0);
      assert.deepEqual(runFolders(project.store), []);
      await model.close();
    }
  });
});
