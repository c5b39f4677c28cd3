import assert from 'node:assert/strict';
import { FactoryError } from '../../../src/shared/errors';
import { findService, installedServices, startServices } from '../../../src/sandbox/services';
import { openTestPod, type TestPod } from '../../support/sandbox';

/** Skips a test where the machine has no such service, and says so. */
async function needService(test: Mocha.Context, use: string) {
  if ((await installedServices(use)).length > 0) return;
  console.log(`      skipped: ${use} is not installed on this machine`);
  test.skip();
}

async function inPod(work: (test: TestPod) => Promise<void>) {
  const test = await openTestPod();
  try {
    await work(test);
  } finally {
    await test.pod.close();
  }
}

const command = (script: string, env: Record<string, string>) => ({
  ...{ argv: ['bash', '-ceu', script], cwd: '/workspace', env, timeoutMs: 60_000 },
});

describe('services', function () {
  this.timeout(60_000);

  it('start PostgreSQL in the pod, twice the same and fresh in each pod', async function () {
    await needService(this, 'postgres');
    const needs = { db: { use: 'postgres', version: '>=9' }, other: { use: 'postgres' } };
    for (const round of [1, 2])
      await inPod(async ({ pod }) => {
        const values = await startServices(pod, needs);
        assert.equal(values['service.db.url'], 'postgresql://postgres@127.0.0.1:5432/postgres');
        const env = { DB: values['service.db.url'] ?? '', OTHER: values['service.other.url'] ?? '' };
        const script = `psql "$DB" -qc 'create table leavers (id int)' -c 'insert into leavers values (7)'
          psql "$DB" -Atc 'select id from leavers'; psql "$OTHER" -Atc "select to_regclass('leavers') is null"`;
        const { stdout, stderr } = await pod.run(command(script, env));
        assert.equal(stdout, '7\nt\n', `${round}: ${stderr}`);
        const walls = await pod.run(command('ls /tmp; cat /proc/[0-9]*/comm | grep -c postgres', {}));
        assert.equal(walls.stdout, '0\n');
      });
  });

  it('make an SQLite file that commands share and the next pod does not find', async function () {
    await needService(this, 'sqlite');
    await inPod(async ({ pod }) => {
      const { 'service.db.url': url = '' } = await startServices(pod, { db: { use: 'sqlite' } });
      await pod.run(
        command(`sqlite3 "$DB" 'create table t (id int); insert into t values (7)'`, { DB: url }),
      );
      const { stdout } = await pod.run(command(`sqlite3 "$DB" 'select id from t'`, { DB: url }));
      assert.equal(stdout, '7\n');
      await startServices(pod, { db: { use: 'sqlite' } });
      assert.equal((await pod.run(command(`sqlite3 "$DB" .tables`, { DB: url }))).stdout, '');
    });
  });

  it('start Redis in the pod', async function () {
    await needService(this, 'redis');
    await inPod(async ({ pod }) => {
      const { 'service.cache.url': url = '' } = await startServices(pod, { cache: { use: 'redis' } });
      assert.equal(url, 'redis://127.0.0.1:6379');
      const ask = `exec 9<> /dev/tcp/127.0.0.1/6379; printf 'SET a 7\\r\\nGET a\\r\\nQUIT\\r\\n' >&9; cat <&9`;
      assert.match((await pod.run(command(ask, {}))).stdout, /\+OK\r\n\$1\r\n7\r\n/);
    });
  });

  it('that are not there are refused with what to install', async () => {
    const refusal = async (need: { use: string; version?: string }) => {
      try {
        await findService('db', need);
      } catch (error) {
        assert.ok(error instanceof FactoryError);
        return `${error.code}: ${error.message} ${error.hint}`;
      }
      return '';
    };
    assert.match(
      await refusal({ use: 'postgres', version: '>=900' }),
      /^environment: The service "db" needs postgres >=900, and this machine has .*\. sudo apt-get install postgresql$/,
    );
    assert.match(
      await refusal({ use: 'oracle' }),
      /^bad-input: .*"oracle", which is not known\. Use one of postgres, redis/,
    );
    assert.match(await refusal({ use: 'postgres', version: 'new' }), /^bad-input: .*Write a version such as/);
    assert.equal((await refusal({ use: 'constructor' })).slice(0, 9), 'bad-input');
  });

  it('that do not start say why', async function () {
    await needService(this, 'postgres');
    await inPod(async ({ pod }) => {
      await startServices(pod, { db: { use: 'postgres' } });
      // The port is taken.
      await assert.rejects(
        startServices(pod, { db: { use: 'postgres' } }),
        /"db" \(postgres\) did not start: .*5432/,
      );
    });
  });
});
