import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { AnyEvent } from '../../../src/shared/events';
import { reduce } from '../../../src/shared/reduce';
import { readJournal } from '../../../src/trace/tail';
import { cli, type CliResult } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { startRegistry, type TestRegistry } from '../../support/registry';
import { processesWith, temporaryFolder } from '../../support/sandbox';
import { type Answer, byAgent, startScriptedModel } from '../../support/scriptedModel';
import { makeTinyProject, planAnswer, type TinyProject, tinyScript } from '../../support/tinyProject';
import { runArgs, runFolders, testKey } from '../../support/tinyRun';

const secret = 'npm_0123456789abcdefSECRET';
/** Unlike any other command line on the machine. */
const daemonSeconds = 987_654;

const use = (name: string, input: object): Answer => ({ content: [{ type: 'tool_use', name, input }] });

describe('setup of a project with dependencies', function () {
  this.timeout(60_000);
  let registry: TestRegistry;
  let project: TinyProject;
  let home: string;
  let policy: string;
  const evil = createServer((_request, response) => response.end('evil'));
  let evilOrigin: string;
  let evilAsked = 0;

  before(async () => {
    evil.on('connection', () => (evilAsked += 1));
    evil.listen(0, '127.0.0.1');
    await once(evil, 'listening');
    evilOrigin = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
  });
  after(() => evil.close());

  beforeEach(async () => {
    registry = await startRegistry({ postinstall: 'env > /workspace/scripts-ran; echo scripts-ran' });
    const dir = temporaryFolder('setup');
    project = makeTinyProject(dir);
    home = path.join(dir, 'home');
    mkdirSync(home);
    const host = new URL(registry.origin).host;
    writeFileSync(path.join(home, '.npmrc'), `//${host}/:_authToken=${secret}\n`);
    policy = path.join(dir, 'policy.yaml');
    writeFileSync(
      policy,
      `version: 1\nbudget: { debugRounds: 1 }\nnetwork: { allow: ["${registry.origin}"] }\n`,
    );
    give('.npmrc', `registry=${registry.origin}/\n`);
    give(
      'package.json',
      JSON.stringify({ name: 'p', version: '1.0.0', dependencies: { 'tiny-dep': '1.0.0' } }),
    );
    give('package-lock.json', JSON.stringify(lock()));
  });
  afterEach(() => registry.close());

  function lock(): object {
    const dep = {
      version: '1.0.0',
      resolved: `${registry.origin}/tiny-dep/-/tiny-dep-1.0.0.tgz`,
      integrity: registry.integrity,
      hasInstallScript: true,
    };
    const root = { name: 'p', version: '1.0.0', dependencies: { 'tiny-dep': '1.0.0' } };
    return {
      name: 'p',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: { '': root, 'node_modules/tiny-dep': dep },
    };
  }

  function give(file: string, text: string): void {
    writeFileSync(path.join(project.workspace, file), text);
    personGit(project.workspace, 'add', '-A');
    personGit(project.workspace, 'commit', '-q', '-m', file);
  }

  async function run(script: Record<string, Answer[]>, ...more: string[]): Promise<CliResult> {
    const model = await startScriptedModel(byAgent(script));
    try {
      return await cli([...runArgs(project, model.baseUrl), ...more], { ...testKey, HOME: home });
    } finally {
      await model.close();
    }
  }

  async function events(): Promise<AnyEvent[]> {
    return readJournal(path.join(runFolders(project.store)[0] ?? '', 'journal.jsonl'));
  }

  const outputOf = (all: AnyEvent[], agent: string): string[] =>
    all.flatMap((event) =>
      event.type === 'tool.finished' && event.data.agent === agent ? [event.data.output.text] : [],
    );

  it('installs what the lock file names, for agents, checks and judging, without scripts or credentials inside', async () => {
    const answers = tinyScript();
    const looks = `node -p 'require("tiny-dep")'; ls scripts-ran; env; cat ~/.npmrc`;
    answers['T1.implementer']?.unshift(use('bash', { command: looks }));
    const { code, stdout, stderr } = await run(answers, '--policy', policy);
    assert.equal(code, 0, stdout + stderr);
    const all = await events();
    const seen = outputOf(all, 'T1.implementer')[0] ?? '';
    assert.match(seen, /^from tiny-dep\n/);
    assert.match(seen, /ls: cannot access 'scripts-ran'/);

    const archives = registry.asked.filter(({ url }) => url.endsWith('.tgz'));
    assert.ok(archives.length >= 3, 'for agents, verify and validate');
    assert.ok(archives.every(({ headers }) => headers.authorization === `Bearer ${secret}`));
    const found = spawnSync('grep', ['-rlF', secret, project.store, project.workspace], { encoding: 'utf8' });
    assert.equal(found.stdout, '');
  });
});
