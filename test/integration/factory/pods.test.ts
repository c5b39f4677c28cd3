import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { installedServices } from '../../../src/sandbox/services';
import { lanesOf } from '../../../src/shared/lanes';
import { personGit } from '../../support/gitRepo';
import { byAgent, type ScriptedModel, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { goodProgram, makeTinyProject, type TinyProject, tinyScript } from '../../support/tinyProject';
import { factoryBranches, runTiny, stateOfRun } from '../../support/tinyRun';

describe('pods of a run', function () {
  this.timeout(90_000);
  const temp = useTemp();
  let project: TinyProject;
  let model: ScriptedModel | undefined;
  beforeEach(() => {
    project = makeTinyProject(temp());
  });
  afterEach(() => model?.close());

  const changeSpec = (from: string, to: string) =>
    writeFileSync(project.spec, readFileSync(project.spec, 'utf8').replace(from, to));

  it('show on the timeline and in the report who looked for which host', async () => {
    const script = tinyScript();
    const [write, , say] = script['T1.implementer'] ?? [];
    const command = 'getent hosts packages.example\n: > /dev/tcp/192.0.2.1/443';
    const bash = { content: [{ type: 'tool_use' as const, name: 'bash', input: { command } }] };
    model = await startScriptedModel(
      byAgent({ ...script, 'T1.implementer': [write, bash, say].filter((answer) => answer !== undefined) }),
    );
    changeSpec('test: node --test', 'test: getent hosts verify.example || node --test');
    const result = await runTiny(project, model.baseUrl);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const state = await stateOfRun(project.store);
    const where = 'T1.implementer';
    assert.deepEqual(state.refused, [
      { where, target: 'packages.example', command: 'getent hosts packages.example' },
      { where, target: 'an address outside', command: 'getent hosts packages.example' },
      {
        ...{ where: 'verify', target: 'verify.example' },
        command: 'getent hosts verify.example || node --test',
      },
    ]);
    const lanes = lanesOf(state).map(({ id }) => id);
    const shown = state.markers.filter(({ label }) => label.startsWith('no way to'));
    assert.deepEqual(
      shown.map(({ lane }) => lane),
      ['agent:T1.implementer', 'agent:T1.implementer', 'commands'],
    );
    assert.ok(shown.every(({ lane }) => lanes.includes(lane ?? '')));
    assert.match(result.stdout, /T1\.implementer was kept from packages\.example/);
    const report = /^Report +(.+)$/m.exec(result.stdout)?.[1] ?? '';
    assert.match(readFileSync(report, 'utf8'), /^\| T1\.implementer \| packages\.example \|/m);
  });

  it('have the services of the spec: agents, verification and judging see a fresh one each', async function () {
    if ((await installedServices('postgres')).length === 0) {
      console.log('      skipped: postgres is not installed on this machine');
      this.skip();
    }
    changeSpec(
      'commands:',
      'services: { db: { use: postgres } }\nenv: { DATABASE_URL: "{{service.db.url}}" }\ncommands:',
    );
    // Fails unless the table is new, so that every pod must have a database of its own.
    changeSpec(
      'test: node --test',
      `test: psql "$DATABASE_URL" -qc "create table seen (id int)" && node --test`,
    );
    const program = `import { execFileSync } from 'node:child_process';
execFileSync('psql', [process.env.DATABASE_URL, '-qc', 'create table if not exists seen (id int); insert into seen values (1)']);
if (!execFileSync('psql', [process.env.DATABASE_URL, '-Atc', 'select count(*) from seen']).equals(Buffer.from('1\\n'))) process.exit(9);
${goodProgram}`;
    model = await startScriptedModel(byAgent(tinyScript(program)));
    const result = await runTiny(project, model.baseUrl);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const [branch = ''] = factoryBranches(project.workspace);
    assert.equal(personGit(project.workspace, 'show', `${branch}:greet.mjs`), program.trimEnd());
  });

  it('are refused before anything is asked when the machine lacks a service', async () => {
    model = await startScriptedModel(byAgent({}));
    changeSpec('commands:', 'services: { db: { use: postgres, version: ">=900" } }\ncommands:');
    const { code, stderr } = await runTiny(project, model.baseUrl);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /"db" needs postgres >=900, and this machine has .* sudo apt-get install postgresql$/m,
    );
    assert.equal(model.requests.length, 0);
  });
});
