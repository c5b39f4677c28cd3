import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli } from '../../support/cli';
import { personGit } from '../../support/gitRepo';
import { byAgent, startScriptedModel } from '../../support/scriptedModel';
import { useTemp } from '../../support/temp';
import { makeTinyProject, tinyScript } from '../../support/tinyProject';

describe('keys in the environment', function () {
  this.timeout(60_000);
  const temp = useTemp();

  it('reach no program that a run starts, and the vault’s is warned about', async () => {
    const { workspace, holdouts, spec, store } = makeTinyProject(temp());
    const where = ['--workspace', workspace, '--store', store];
    const made = await cli(['holdouts', 'import', holdouts, ...where]);
    const vaultKey = /^[A-Za-z0-9+/]{43}=$/m.exec(made.stderr)?.[0] ?? '';
    const secrets = { DARK_FACTORY_VAULT_KEY: vaultKey, ANTHROPIC_API_KEY: 'sk-test-of-this-test' };

    // Every program of the machine that a run starts by name; the last asks agents' own shell.
    const bin = path.join(temp(), 'bin');
    const seen = path.join(temp(), 'seen');
    mkdirSync(bin);
    for (const [name, then] of Object.entries({
      git: 'exec /usr/bin/git "$@"',
      ruby: 'exit 1',
      go: 'exit 1',
    })) {
      writeFileSync(
        path.join(bin, name),
        `#!/bin/sh\n{ echo "by ${name}"; /usr/bin/env; } >> ${seen}\n${then}\n`,
      );
      chmodSync(path.join(bin, name), 0o755);
    }
    const { 'T1.implementer': good = [], ...others } = tinyScript();
    const command = 'env; cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"; echo asked';
    const model = await startScriptedModel(
      byAgent({
        ...others,
        'T1.implementer': [{ content: [{ type: 'tool_use', name: 'bash', input: { command } }] }, ...good],
      }),
    );
    const run = await cli(['run', spec, '--store', store, '--base-url', model.baseUrl], {
      ...secrets,
      PATH: `${bin}:${process.env['PATH']}`,
    });
    await model.close();
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(run.stderr, /^Warning: DARK_FACTORY_VAULT_KEY can be read by every program you start/m);
    const environments = readFileSync(seen, 'utf8');
    for (const name of ['git', 'ruby', 'go']) assert.match(environments, new RegExp(`^by ${name}$`, 'm'));
    const sent = JSON.stringify(model.requests.map(({ body }) => body));
    assert.match(sent, /asked/);
    for (const secret of Object.values(secrets)) {
      assert.ok(!environments.includes(secret));
      assert.ok(!sent.includes(secret));
      assert.ok(!personGit(workspace, 'log', '-p', '--all').includes(secret));
    }
  });
});
