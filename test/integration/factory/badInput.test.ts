import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli, type CliResult } from '../../support/cli';
import { useTemp } from '../../support/temp';
import { makeTinyProject, type TinyProject, tinySpec } from '../../support/tinyProject';
import { factoryBranches, runArgs, runFolders, testKey } from '../../support/tinyRun';

/** Nothing listens there; a run that never begins never asks. */
const nowhere = 'http://127.0.0.1:9';

describe('input that no run can begin with', () => {
  const temp = useTemp();
  let project: TinyProject;
  beforeEach(() => {
    project = makeTinyProject(temp());
  });

  const run = (...more: string[]): Promise<CliResult> =>
    cli([...runArgs(project, nowhere), ...more], testKey);

  /** One sentence on standard error, exit code 2, and neither a run nor a branch. */
  function assertRefused(result: CliResult, says: RegExp): void {
    assert.match(result.stderr, says);
    assert.equal(result.stderr.trim().split('\n').length, 1, result.stderr);
    assert.doesNotMatch(result.stderr, /defect of Dark Factory|undefined|\n\s+at /);
    assert.equal(result.stdout, '');
    assert.equal(result.code, 2, result.stderr);
    assert.deepEqual(runFolders(project.store), []);
    assert.deepEqual(factoryBranches(project.workspace), []);
  }

  describe('the spec', () => {
    const specs: Record<string, { text: string; says: RegExp }> = {
      'that is empty': { text: '', says: /^greet\.spec\.md:1: The spec is empty\. Write a title/ },
      'without requirements': {
        text: '# Greeter\n\nA program that greets.\n',
        says: /^greet\.spec\.md:1: The spec has no requirements\. List them under `## Requirements`/,
      },
      'with an id used twice': {
        text: tinySpec.replace('**R2**', '**R1**'),
        says: /^greet\.spec\.md:15: R1 is already the requirement of line 14\. Give this one an id of its own\./,
      },
      'with an unknown front-matter key': {
        text: tinySpec.replace('commands:', 'comands:'),
        says: /^greet\.spec\.md:4: `comands` is not a key of the front matter\. Did you mean `commands`\?/,
      },
      'with broken YAML': {
        text: tinySpec.replace('[node, greet.mjs]', '[node, greet.mjs'),
        says: /^greet\.spec\.md:[67]: .+/,
      },
      'with a front matter that never ends': {
        text: tinySpec.replace('mjs]\n---', 'mjs]'),
        says: /^greet\.spec\.md:1: The front matter that begins here has no end\./,
      },
      'with a category the policy does not know': {
        text: tinySpec.replace('category: api-integration', 'category: poetry'),
        says: /^greet\.spec\.md: the policy does not know the category "poetry"\. Use one of architecture, /,
      },
      'with a twin nobody has': {
        text: tinySpec.replace('commands:', 'twins: [minitel]\ncommands:'),
        says: /^greet\.spec\.md: there is no twin named "minitel"\. Use one of slack/,
      },
      'with a twin of a document that is not there': {
        text: tinySpec.replace('commands:', 'twins: ["openapi:api/none.yaml"]\ncommands:'),
        says: /^greet\.spec\.md: the twin "openapi:api\/none\.yaml" is made from a file that is not there\. /,
      },
      'with a twin of what is no document': {
        text: tinySpec.replace('commands:', 'twins: ["openapi:greet.spec.md"]\ncommands:'),
        says: /^No twin can be made from greet\.spec\.md: /,
      },
      'with two twins of one name': {
        text: tinySpec.replace('commands:', 'twins: [slack, "openapi:api/slack.json"]\ncommands:'),
        says: /^greet\.spec\.md: two of its twins are called "slack"\. /,
      },
    };
    for (const [how, { text, says }] of Object.entries(specs)) {
      it(`${how} is refused with its file and line`, async () => {
        writeFileSync(project.spec, text);
        assertRefused(await run(), says);
      });
    }

    it('that is missing is named', async () => {
      rmSync(project.spec);
      assertRefused(await run(), /^The spec \S+greet\.spec\.md could not be read\. Check its path\./);
    });

    it('that is a folder is named', async () => {
      rmSync(project.spec);
      mkdirSync(project.spec);
      assertRefused(await run(), /^The spec \S+greet\.spec\.md could not be read\./);
    });

    it('whose result nothing would check is refused: no command and no hidden scenario', async () => {
      writeFileSync(project.spec, tinySpec.replace('  test: node --test\n', ''));
      const { spec, store } = project;
      const result = await cli(['run', spec, '--store', store, '--base-url', nowhere], testKey);
      assertRefused(
        result,
        /^greet\.spec\.md: nothing would check the result, .+ `commands\.test` .+--holdouts/,
      );
    });
  });

  describe('a scenario', () => {
    const scenarios: Record<string, { text: string; says: RegExp }> = {
      'that covers an unknown requirement': {
        text: 'id: a\ncovers: [R9]\nwhy: w\nsteps: [{ run: ["{{program}}"] }]\n',
        says: /holdouts\/bad\.scenario\.yaml:2: This requirement is not in the spec\. /,
      },
      'with broken YAML': { text: 'id: [', says: /holdouts\/bad\.scenario\.yaml:1: / },
      'with an unknown key': {
        text: 'id: a\ncovres: [R1]\nwhy: w\nsteps: [{ run: ["{{program}}"] }]\n',
        says: /holdouts\/bad\.scenario\.yaml:\d: /,
      },
      'without steps': { text: 'id: a\ncovers: [R1]\nwhy: w\n', says: /bad\.scenario\.yaml:\d+: .*steps/ },
    };
    for (const [how, { text, says }] of Object.entries(scenarios)) {
      it(`${how} is refused with its file and line`, async () => {
        writeFileSync(path.join(project.holdouts, 'bad.scenario.yaml'), text);
        assertRefused(await run(), says);
      });
    }

    it('folder that is missing, empty or inside the workspace is refused', async () => {
      const inside = path.join(project.workspace, 'holdouts');
      const empty = path.join(temp(), 'empty');
      mkdirSync(inside);
      mkdirSync(empty);
      writeFileSync(path.join(inside, 'a.scenario.yaml'), 'id: a\n');
      assertRefused(
        await run('--holdouts', inside),
        /lies in the workspace, where agents work\. Move the scen/,
      );
      assertRefused(
        await run('--holdouts', empty),
        /The folder \S+empty holds no scenarios\. Scenario files end/,
      );
      assertRefused(
        await run('--holdouts', path.join(temp(), 'no')),
        /scenario folder \S+no could not be read/,
      );
    });
  });

  describe('the policy', () => {
    const policies: Record<string, { text: string; says: RegExp }> = {
      'with an unknown key': {
        text: 'version: 1\nbudgt: { usd: 1 }\n',
        says: /policy\.yaml:2: `budgt` is not a key of the policy\. Did you mean `budget`\?/,
      },
      'with an unknown key further in': {
        text: 'version: 1\nbudget:\n  usd: 1\n  minute: 3\n',
        says: /policy\.yaml:4: `minute` is not a key of `budget`\. Did you mean `minutes`\?/,
      },
      'with an autonomy nobody knows': {
        text: 'version: 1\ncategories:\n  migration: { autonomy: total }\n',
        says: /policy\.yaml:3: `categories\.migration\.autonomy` must be one of lights-out, approve-del/,
      },
      'with an amount that is none': {
        text: 'version: 1\nbudget: { usd: plenty }\n',
        says: /policy\.yaml:2: `budget\.usd` must be a number, such as/,
      },
      'with a negative amount': {
        text: 'version: 1\nbudget: { minutes: -5 }\n',
        says: /policy\.yaml:2: `budget\.minutes` must be a number, such as/,
      },
      'without a version': { text: 'budget: { usd: 1 }\n', says: /policy\.yaml:1: `version` must be 1/ },
      'that is empty': { text: '', says: /policy\.yaml:1: The policy must be a map/ },
      'with broken YAML': { text: 'version: 1\nbudget: {\n', says: /policy\.yaml:\d: / },
    };
    for (const [how, { text, says }] of Object.entries(policies)) {
      it(`${how} is refused with its file and line`, async () => {
        mkdirSync(path.join(project.workspace, '.factory'));
        writeFileSync(path.join(project.workspace, '.factory/policy.yaml'), text);
        assertRefused(await run(), says);
      });
    }

    it('named by --policy that is missing is refused', async () => {
      assertRefused(
        await run('--policy', path.join(temp(), 'no.yaml')),
        /The policy \S+no\.yaml could not be re/,
      );
    });
  });

  describe('the command line', () => {
    it('without a key and without a replay says what to set', async () => {
      const result = await cli(runArgs(project, nowhere));
      assertRefused(
        result,
        /^There is no key for the model: ANTHROPIC_API_KEY is not set\. Set it, or run a rec/,
      );
    });

    it('gives an error as one JSON object with --json', async () => {
      rmSync(project.spec);
      const result = await run('--json');
      assert.equal(result.code, 2);
      const error = JSON.parse(result.stderr) as Record<string, string>;
      assert.deepEqual(Object.keys(error), ['code', 'message', 'hint']);
      assert.equal(error['code'], 'bad-input');
      assert.match(error['message'] ?? '', /greet\.spec\.md could not be read/);
      assert.equal(error['hint'], 'Check its path.');
    });

    const options: Record<string, { more: string[]; says: RegExp }> = {
      'an unknown option': {
        more: ['--fast'],
        says: /Unknown option '--fast'\. Usage: dark-factory run SPEC/,
      },
      'an option without its value': { more: ['--role'], says: /--role.*Usage: dark-factory run/ },
      'a second spec': { more: ['other.spec.md'], says: /One spec at a time\. Usage: / },
      'a role nobody plays': {
        more: ['--role', 'chef=m'],
        says: /--role chef=m is not understood\. Write NAME=MO/,
      },
      'a role without a model': { more: ['--role', 'planner='], says: /--role planner= is not understood/ },
      'a source nobody knows': {
        more: ['--source', 'oracle'],
        says: /--source oracle is not known\. Use anthropic/,
      },
      'a replay without a folder': {
        more: ['--source', 'replay:'],
        says: /--source replay: is not known\. Use anth/,
      },
      'a replay that is not there': {
        more: ['--source', 'replay:/nonexistent'],
        says: /There is no recording in \/nonexistent: .*Check the folder after replay:/,
      },
      'an address that is none': {
        more: ['--base-url', 'model.example'],
        says: /"model\.example" is not the address of a model endpoint\. Give --base-url/,
      },
      'a workspace that is missing': {
        more: ['--workspace', '/nonexistent/w'],
        says: /^The workspace \/nonexistent\/w is not a folder\. Give an existing folder/,
      },
      'a workspace that is a file': {
        more: ['--workspace', '/dev/null'],
        says: /^The workspace \/dev\/null is not a folder\./,
      },
    };
    for (const [what, { more, says }] of Object.entries(options)) {
      it(`refuses ${what}`, async () => assertRefused(await run(...more), says));
    }

    it('refuses a spec outside the workspace it is given', async () => {
      const elsewhere = path.join(temp(), 'elsewhere');
      mkdirSync(elsewhere);
      assertRefused(
        await run('--workspace', elsewhere),
        /greet\.spec\.md lies outside of the workspace \S+elsewhere\. Move it there, or name a folder that/,
      );
    });

    const commands: Record<string, { args: string[]; says: RegExp }> = {
      'an unknown command': { args: ['fly'], says: /There is no command "fly"\. See: dark-factory --help/ },
      'a command that every object has': { args: ['toString'], says: /There is no command "toString"/ },
      'run without a spec': { args: ['run'], says: /spec is missing\. Usage: dark-factory run/ },
      'check without a spec': { args: ['check'], says: /No spec was named\. Usage: dark-factory check/ },
      'check of a missing spec': {
        args: ['check', '/no/x.spec.md'],
        says: /The spec \/no\/x\.spec\.md could not/,
      },
      'a format nobody knows': {
        args: ['trace', 'ab12', '--format', 'pdf'],
        says: /--format pdf is not known/,
      },
      'a twin nobody has': { args: ['twin', 'minitel'], says: /minitel/ },
      'a port that is none': {
        args: ['twin', 'slack', '--port', '70000'],
        says: /--port 70000 is not a port/,
      },
      'a seed that is missing': {
        args: ['twin', 'slack', '--seed', '/no.json'],
        says: /The seed \/no\.json is not/,
      },
      'holdouts without an action': { args: ['holdouts'], says: /holdouts takes import, list, / },
    };
    for (const [what, { args, says }] of Object.entries(commands)) {
      it(`refuses ${what}`, async () => assertRefused(await cli(args, testKey), says));
    }

    for (const command of ['resume', 'cancel', 'trace', 'verify']) {
      it(`refuses to ${command} a run that is not there, and makes no store`, async () => {
        const result = await cli([command, 'beef', '--store', project.store], testKey);
        assertRefused(result, /^There is no run beef in \S+store\. List the runs with `dark-factory runs`/);
        assert.ok(!existsSync(project.store));
      });
    }

    it('prints its usage and exits 2 without a command', async () => {
      const result = await cli([]);
      assert.equal(result.code, 2);
      assert.match(result.stderr, /^usage: dark-factory COMMAND/);
    });
  });

  describe('a vault key', () => {
    const list = (...more: string[]): Promise<CliResult> => {
      const { workspace, store } = project;
      return cli(['holdouts', 'list', '--workspace', workspace, '--store', store, ...more]);
    };
    beforeEach(async () => {
      const { workspace, store, holdouts } = project;
      const made = await cli(['holdouts', 'import', holdouts, '--workspace', workspace, '--store', store]);
      assert.equal(made.code, 0, made.stderr);
    });

    it('that is missing, unreadable or another is asked for in one sentence', async () => {
      const other = path.join(temp(), 'key');
      writeFileSync(other, Buffer.alloc(32, 1).toString('base64'));
      assertRefused(
        await list(),
        /^This workspace has a vault, and there is no key for it\. Give it with --key-fd/,
      );
      assertRefused(await list('--key-fd', 'seven'), /^--key-fd seven is not an open file descriptor\. /);
      assertRefused(await list('--key-fd', '77'), /^--key-fd 77 is not an open file descriptor\. /);
    });

    it('opens a vault whose scenario covers what the spec does not have: that scenario is named', async () => {
      const { spec, workspace, store } = project;
      const unknown = path.join(temp(), 'unknown');
      mkdirSync(unknown);
      const text = 'id: far\ncovers: [R9]\nwhy: w\nsteps: [{ run: ["{{program}}"] }]\n';
      writeFileSync(path.join(unknown, 'far.scenario.yaml'), text);
      const vault = ['--workspace', workspace, '--store', path.join(temp(), 'other')];
      const made = await cli(['holdouts', 'import', unknown, ...vault]);
      assert.equal(made.code, 0, made.stderr);
      const key = { DARK_FACTORY_VAULT_KEY: /^[\w+/]{43}=$/m.exec(made.stderr)?.[0] ?? '' };
      const result = await cli(['run', spec, '--base-url', nowhere, ...vault], { ...testKey, ...key });
      assert.match(
        result.stderr,
        /^Scenario H-\w{6} covers R9, which greet\.spec\.md does not have\. Mend the scenario and import it again/m,
      );
      assert.equal(result.code, 2);
      assert.deepEqual(runFolders(path.join(temp(), 'other')), []);
      assert.deepEqual(runFolders(store), []);
    });

    it('is needed by a run too, which then does not begin', async () => {
      const { spec, store } = project;
      const result = await cli(['run', spec, '--store', store, '--base-url', nowhere], testKey);
      assertRefused(result, /^This workspace has a vault, and there is no key for it\./);
    });
  });

  describe('a store', () => {
    it('that cannot be written is named, and the workspace stays as it was', async () => {
      const file = path.join(temp(), 'file');
      writeFileSync(file, 'not a folder');
      assertRefused(
        await run('--store', file),
        /^The file \S+file\/workspaces could not be used: a part of its path is not a folder\. Cho/,
      );
      assert.equal(readFileSync(file, 'utf8'), 'not a folder');
    });
  });
});
