import assert from 'node:assert/strict';
import { runShell, type ShellRequest } from '../../../src/sandbox/shell';
import { openTestPod, type TestPod } from '../../support/sandbox';

describe('shell state', () => {
  let test: TestPod;
  before(async () => {
    test = await openTestPod({ env: { OF_POD: 'pod' } });
  });
  after(() => test.pod.close());

  const shell = (script: string, more: Partial<ShellRequest> = {}) =>
    runShell(test.pod, { script, cwd: '/workspace', env: {}, timeoutMs: 10_000, ...more });

  it('comes back as data: the directory and what was exported, not what was merely set', async () => {
    const result = await shell('mkdir -p sub && cd sub; export A=1; B=2; export OF_POD=changed; echo out');
    assert.deepEqual([result.exit, result.stdout, result.stderr], [0, 'out\n', '']);
    assert.equal(result.cwd, '/workspace/sub');
    assert.deepEqual(result.exported, { A: '1', OF_POD: 'changed' });
  });

  it('carries on where the last script was', async () => {
    const first = await shell('cd /usr; export A="two\nlines" PATH=$PATH:/extra');
    const next = await shell('echo "$A"; pwd; echo ${PATH##*:}; unset A', {
      cwd: first.cwd,
      env: first.exported,
    });
    assert.equal(next.stdout, 'two\nlines\n/usr\n/extra\n');
    assert.deepEqual(Object.keys(next.exported), ['PATH']);
    const last = await shell('true', { env: next.exported });
    assert.equal(last.exported['PATH'], first.exported['PATH']);
  });

  for (const [name, script, exit] of [
    ['exits early', 'cd /usr; export A=1; exit 5; cd /', 5],
    ['fails under set -e', 'set -e; cd /usr; export A=1; false; cd /', 1],
    ['uses an unset variable under set -u', 'set -u; cd /usr; export A=1; echo $NOT_SET; cd /', 127],
    ['breaks PATH', 'cd /usr; export A=1; PATH=; true', 0],
    ['closes its output', 'cd /usr; export A=1; exec >&- 2>&-', 0],
    ['uses descriptor 3', 'cd /usr; export A=1; exec 3>/tmp/x; echo hi >&3; exec 3>&-', 0],
  ] as const)
    it(`survives a script that ${name}`, async () => {
      const result = await shell(script);
      assert.equal(result.exit, exit);
      assert.deepEqual([result.cwd, result.exported['A']], ['/usr', '1']);
    });

  for (const [name, script] of [
    ['kills its shell', 'cd /usr; kill -9 $$'],
    ['replaces its shell', 'cd /usr; exec true'],
    ['takes over the EXIT trap', 'cd /usr; trap "true" EXIT; exit 0'],
    ['has a syntax error', 'cd /usr; if'],
  ] as const)
    it(`stays as it was after a script that ${name}`, async () => {
      const result = await shell(script, { env: { KEPT: 'yes' } });
      assert.deepEqual([result.cwd, result.exported], ['/workspace', { KEPT: 'yes' }]);
    });

  it('is what it was when the time limit ended the script', async () => {
    const result = await shell('cd /usr; export A=1; sleep 600', { timeoutMs: 500 });
    assert.deepEqual([result.timedOut, result.cwd, result.exported], [true, '/usr', { A: '1' }]);
  });

  it('gives scripts their text as it is, and no arguments', async () => {
    const result = await shell(`echo "$# $0" 'it''s' "\\$x" \`echo y\`\n# comment at the end`);
    assert.equal(result.stdout, `0 bash its $x y\n`);
  });

  it('says so when the directory is gone, and goes on in the root', async () => {
    const result = await shell('pwd', { cwd: '/workspace/gone' });
    assert.deepEqual([result.stdout, result.cwd, result.exit], ['/\n', '/', 0]);
    assert.match(result.stderr, /\/workspace\/gone is gone/);
  });

  for (const [name, count] of [
    ['report', 25],
    ['system', 45],
  ] as const)
    it(`leaves out a state that is too large for the ${name}, instead of taking a part of it`, async () => {
      const script = `cd /usr; for i in {1..${count}}; do export "A$i=$(printf %50000s x)"; done`;
      const result = await shell(script, { env: { KEPT: 'yes' } });
      assert.deepEqual([result.cwd, Object.keys(result.exported)], ['/workspace', ['KEPT']]);
    });
});
