import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient } from '@slack/web-api';
import { cli, dist, startCli } from '../../support/cli';
import { useTemp } from '../../support/temp';
import { makeTinyProject } from '../../support/tinyProject';

describe('the command line', function () {
  this.timeout(60_000);
  const temp = useTemp();

  it('says in one sentence what it needs when an older Node starts it', () => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); require(${JSON.stringify(path.join(dist, 'cli.js'))})`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', pretend], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^dark-factory needs Node 22 or newer and was started by Node 20\.1\.0; install .+\.\n$/,
    );
  });

  it('prints how it is used', async () => {
    const { code, stdout } = await cli(['--help']);
    assert.equal(code, 0);
    for (const name of [
      'run',
      'resume',
      'runs',
      'cancel',
      'check',
      'holdouts',
      'twin',
      'trace',
      'verify',
      'doctor',
    ]) {
      assert.match(stdout, new RegExp(`^ +${name} `, 'm'));
    }
  });

  it('ends quietly when nobody reads what it prints any more', async () => {
    const child = spawn(process.execPath, [path.join(dist, 'cli.js'), '--help']);
    child.stdout.destroy();
    const [stderr] = await Promise.all([readAll(child.stderr), once(child, 'exit')]);
    assert.equal(stderr, '');
    assert.equal(child.exitCode, 0);
  });

  it('prints nothing that would steer a terminal, whatever a cloned repository says', async () => {
    const escape = '\u001b]0;title\u0007\u009b2J';
    const { spec, workspace, store } = makeTinyProject(temp());
    mkdirSync(path.join(workspace, '.factory'));
    writeFileSync(path.join(workspace, '.factory', 'policy.yaml'), 'version: 1\n"\\e]0;t\\a\\x9b2J": 1\n');
    const refused = await cli(['run', spec, '--store', store], { ANTHROPIC_API_KEY: 'sk-test-key' });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /is not a key of the policy/);
    const hostile = path.join(temp(), 'hostile.spec.md');
    writeFileSync(
      hostile,
      `---\nfactory: 1\n---\n# X\n\n## Requirements\n\n- **R1** The ${escape}tool MUST be fast TBD.\n`,
    );
    const checked = await cli(['check', hostile]);
    assert.notEqual(checked.stdout, '');
    for (const text of [refused.stderr, checked.stdout]) assert.doesNotMatch(text, /(?!\n)\p{Cc}/u);
  });

  it('checks specs: places, rules and an exit code that says whether there are errors', async () => {
    const good = makeTinyProject(temp()).spec;
    assert.equal((await cli(['check', good])).code, 0);
    const bad = path.join(temp(), 'bad.spec.md');
    writeFileSync(
      bad,
      '---\nfactory: 1\ncomands: {}\n---\n# Bad\n\n## Requirements\n\n- **R1** The tool MUST work.\n',
    );
    const { code, stdout } = await cli(['check', bad, '--json']);
    assert.equal(code, 1);
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: string; line: number; hint: string });
    const unknown = findings.find((finding) => finding.rule === 'front-matter/unknown-key');
    assert.equal(unknown?.line, 3);
    assert.match(unknown?.hint ?? '', /commands/);
  });

  it('seals holdouts with a key it shows once, and lists them by opaque ids only', async () => {
    const { workspace, holdouts, store } = makeTinyProject(temp());
    const where = ['--workspace', workspace, '--store', store];
    const imported = await cli(['holdouts', 'import', holdouts, ...where]);
    assert.equal(imported.code, 0, imported.stderr);
    const key = /^[A-Za-z0-9+/]{43}=$/m.exec(imported.stderr)?.[0] ?? '';
    assert.notEqual(key, '', imported.stderr);
    assert.match(imported.stdout, /4 imported, 0 updated, 0 unchanged, 0 refused/);

    const without = await cli(['holdouts', 'list', ...where]);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /--key-fd/);
    const listed = await cli(['holdouts', 'list', ...where], { DARK_FACTORY_VAULT_KEY: key });
    assert.equal(listed.code, 0);
    assert.match(listed.stderr, /^Warning: DARK_FACTORY_VAULT_KEY/);
    const lines = listed.stdout.trim().split('\n');
    assert.equal(lines.filter((line) => line.startsWith('H-')).length, 4);
    const budget = /The feedback budget of 10\.0 bits buys \d+ answers of \d\.\d bits about 2 scenarios\./;
    assert.match(lines.at(-1) ?? '', budget);
    const spec = path.join(workspace, 'greet.spec.md');
    const checked = await cli(['check', spec, '--store', store], { DARK_FACTORY_VAULT_KEY: key });
    assert.match(checked.stdout, new RegExp(`:1:1 info holdouts/budget: ${budget.source}`));
    assert.doesNotMatch((await cli(['check', spec, '--store', store])).stdout, /budget/);
    assert.doesNotMatch(listed.stdout, /one-name|many-names|Lovelace/);
    const wrong = await cli(['holdouts', 'list', ...where], {
      DARK_FACTORY_VAULT_KEY: Buffer.alloc(32).toString('base64'),
    });
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr, /key/);
  });

  it('serves a twin that the official client works with, until Ctrl-C', async () => {
    const running = startCli(['twin', 'slack']);
    while (!running.output().includes('SLACK_BOT_TOKEN=')) await sleep(20);
    const value = (name: string): string =>
      new RegExp(`^${name}=(.+)$`, 'm').exec(running.output())?.[1] ?? '';
    const slack = new WebClient(value('SLACK_BOT_TOKEN'), { slackApiUrl: value('SLACK_API_URL') });
    assert.equal((await slack.auth.test()).ok, true);
    running.kill('SIGINT');
    assert.equal((await running.done).code, 0);
  });

  it('probes every wall of the machine', async () => {
    const { code, stdout } = await cli(['doctor']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /✓ .*bubblewrap/i);
  });

  it('refuses what it does not know with a sentence and what to do, also as JSON', async () => {
    for (const args of [
      ['rnu'],
      ['run', '--frobnicate'],
      ['run'],
      ['twin', 'slack', '--port', 'x'],
      ['resume', 'nope', '--store', temp()],
    ]) {
      const { code, stderr, stdout } = await cli(args, { ANTHROPIC_API_KEY: 'k' });
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^\S.+[.!] \S.+\n$/);
    }
    const { stderr } = await cli(['run', '--json']);
    assert.deepEqual(Object.keys(JSON.parse(stderr) as object), ['code', 'message', 'hint']);
  });

  it('keeps no key and no store in the project', async () => {
    const { workspace, holdouts, store } = makeTinyProject(temp());
    mkdirSync(store, { recursive: true });
    await cli(['holdouts', 'import', holdouts, '--workspace', workspace, '--store', store]);
    const { stdout } = spawnSync('git', ['status', '--porcelain', '--ignored'], {
      cwd: workspace,
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
  });
});
