import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportVault } from '../../../src/factory/vaultExport';
import { filesTaken } from '../../../src/holdouts/filesTaken';
import { inputsOf, isAsSealed } from '../../../src/holdouts/suite';
import { openVault, type Vault } from '../../../src/holdouts/vault';

describe('the verdict on a suite', () => {
  const suite = { files: 't', command: 'x', report: 'tap', cases: ['a', 'b'], mustFail: ['c'] } as const;
  const sealed = { ...suite, cases: [...suite.cases], mustFail: [...suite.mustFail] };
  const verdict = (...said: string[]) =>
    isAsSealed(
      sealed,
      said.map((one) => {
        const [id = '', outcome = 'passed'] = one.split(' ') as [string, 'passed' | 'failed' | 'other'];
        return { id, outcome };
      }),
    );

  it('is a pass when every case is reported once, and as a right program makes it', () =>
    assert.ok(verdict('b', 'c failed', 'a')));

  for (const [what, said] of Object.entries({
    'a case fails': ['a', 'b failed', 'c failed'],
    'a case is skipped': ['a', 'b other', 'c failed'],
    'a case is missing': ['a', 'c failed'],
    'a case is one too many': ['a', 'b', 'c failed', 'd'],
    'a case is reported twice': ['a', 'a', 'b', 'c failed'],
    'the last word on a case is another': ['a failed', 'a', 'b', 'c failed'],
    'a planted case passes': ['a', 'b', 'c'],
    'a planted case is skipped': ['a', 'b', 'c other'],
    'nothing is reported': [],
  })) {
    it(`is none when ${what}`, () => assert.equal(verdict(...said), false));
  }
});

describe('what a program is given of a suite', () => {
  const files = {
    'a.txt': { data: '' },
    'in/b.txt': { data: '' },
    'in/c.out': { data: '' },
    'in.txt': { data: '' },
  };
  const suite = { files: 't', command: 'x', report: 'exit', inputs: ['**/*.txt'] } as const;
  const given = (...names: string[]) =>
    Object.keys(inputsOf({ ...suite, inputs: [...suite.inputs] }, files, names));

  it('is what the scenario lets out and an argument names', () => {
    assert.deepEqual(given('a.txt', 'in/c.out'), ['a.txt']);
    assert.deepEqual(given('in'), ['in/b.txt']);
    assert.deepEqual(given('x', 'in/'), []);
    assert.deepEqual(given(''), ['a.txt', 'in/b.txt', 'in.txt']);
  });

  it('is nothing where the scenario lets nothing out', () => {
    assert.deepEqual(inputsOf({ files: 't', command: 'x', report: 'exit' }, files, ['a.txt']), {});
  });
});

describe('a suite in the vault', () => {
  let folder: string;
  let scenarios: string;
  let vault: Vault;
  const file = (name: string) => path.join(scenarios, name);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  };
  const text = (id = 's') =>
    `id: ${id}\ncovers: [R1]\nsuite: { files: tests, command: "sh run.sh {{program}}", report: exit }\n`;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'dark-factory-suite-'));
    scenarios = path.join(folder, 'scenarios');
    write('deep/s.scenario.yaml', text());
    write('deep/tests/run.sh', 'true');
    write('deep/tests/data/b', '\u0000');
    chmodSync(file('deep/tests/run.sh'), 0o755);
    vault = await openVault({ dir: path.join(folder, 'vault'), key: randomBytes(32), workspaceId: 'w' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is sealed with its scenario, and judged with it', async () => {
    const result = await vault.importFolder(scenarios);
    const { imported } = result;
    const plain = ['deep/s.scenario.yaml', 'deep/tests/data/b', 'deep/tests/run.sh'];
    assert.deepEqual(filesTaken(result), plain);
    const { files } = await vault.scenario(imported[0]!.id);
    assert.deepEqual(files, {
      'data/b': { data: 'AA==' },
      'run.sh': { data: 'dHJ1ZQ==', executable: true },
    });
  });

  it('is imported anew when one of its files changes, and keeps its id', async () => {
    const [first] = (await vault.importFolder(scenarios)).imported;
    assert.equal((await vault.importFolder(scenarios)).unchanged.length, 1);
    write('deep/tests/run.sh', 'false');
    assert.deepEqual((await vault.importFolder(scenarios)).updated, [first]);
  });

  it('asks something else when its files are others', async () => {
    write('more/t.scenario.yaml', text('t'));
    write('more/tests/run.sh', 'other');
    write('copy/u.scenario.yaml', text('u'));
    write('copy/tests/run.sh', 'other');
    const { imported, refused } = await vault.importFolder(scenarios);
    assert.equal(imported.length, 2);
    assert.match(refused[0]!.problems[0]!.message, /gives and asks the same/);
  });

  it('is exported so that it can be imported again', async () => {
    await vault.importFolder(scenarios);
    const out = path.join(folder, 'out');
    mkdirSync(out);
    await exportVault(vault, out);
    assert.equal(readFileSync(path.join(out, 's/tests/run.sh'), 'utf8'), 'true');
    assert.ok(statSync(path.join(out, 's/tests/run.sh')).mode & 0o100);
    assert.equal((await vault.importFolder(out)).unchanged.length, 1);
  });

  const refused: [string, () => void, RegExp][] = [
    ['is not there', () => rmSync(file('deep/tests'), { recursive: true }), /no folder of that name/],
    ['is a link', () => relink('tests', '/etc'), /no folder of that name/],
    ['has a link', () => symlinkSync('/etc/passwd', file('deep/tests/x')), /holds links/],
    ['has files of ours', () => write('deep/tests/.relay/program', 'x'), /\.relay/],
    ['is empty', () => rmSync(file('deep/tests/run.sh')), /empty/],
    ['is too large', () => write('deep/tests/big', 'x'.repeat(9 * 1024 ** 2)), /larger than 8 MiB/],
  ];
  function relink(name: string, to: string): void {
    rmSync(file(`deep/${name}`), { recursive: true });
    symlinkSync(to, file(`deep/${name}`));
  }
  for (const [what, change, message] of refused) {
    it(`is refused when it ${what}`, async () => {
      if (what === 'is empty') rmSync(file('deep/tests/data'), { recursive: true });
      change();
      const { refused, imported } = await vault.importFolder(scenarios);
      assert.equal(imported.length, 0);
      assert.match(refused[0]!.problems[0]!.message, message);
    });
  }
});
