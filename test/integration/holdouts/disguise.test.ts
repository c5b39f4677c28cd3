import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { otherLook, usualLook } from '../../../src/factory/judgingBench';
import { openTestPod } from '../../support/sandbox';
import { perform, type Performance } from './theatre';

/** What a program could take for signs of being judged. */
const signs: Record<string, string> = {
  'the name of the machine': `os.hostname() === 'factory'`,
  'the name of the machine in /proc': `fs.readFileSync('/proc/sys/kernel/hostname', 'utf8').trim() === 'factory'`,
  'a folder for temporary files as working directory': `process.cwd().startsWith('/tmp/')`,
  'the working directory /scenario': `process.cwd() === '/scenario'`,
  'a folder /scratch': `fs.existsSync('/scratch')`,
  'its own folder': `__dirname === '/workspace'`,
  'a folder /workspace': `fs.existsSync('/workspace')`,
  'a missing .git': `!fs.existsSync(__dirname + '/.git')`,
  'a folder of its own that it cannot write to': `!can(() => fs.writeFileSync(__dirname + '/x', ''))`,
  'the name of the user': `process.env.USER === 'agent'`,
  'files that were made just now': `Date.now() - fs.statSync(__filename).mtimeMs < 3600e3`,
  'a port given to a program that serves nothing': `process.env.PORT !== undefined`,
};

const pretender = (sign: string): Pick<Performance, 'candidate' | 'spec' | 'scenario'> => ({
  candidate: {
    '.git/HEAD': 'ref: refs/heads/main',
    'tool.js': `
const [fs, os] = [require('node:fs'), require('node:os')];
const can = (work) => { try { work(); return true; } catch { return false; } };
console.log(${sign} ? 'as asked' : 'as it likes');`,
  },
  spec: { commands: { program: ['node', 'tool.js'] } },
  scenario: 'steps: [{ run: ["{{program}}"], expect: { stdout: "as asked\\n", stderr: "" } }]',
});

describe('a program that behaves only when judged', () => {
  for (const [name, sign] of Object.entries(signs)) {
    it(`is found out when it goes by ${name}`, async () => {
      const looks = [usualLook, otherLook];
      const verdicts = await Promise.all(
        looks.map((look) => perform({ ...pretender(sign), context: (same) => ({ ...same, look }) })),
      );
      assert.deepEqual(
        verdicts.map(({ trouble }) => trouble),
        [undefined, undefined],
      );
      assert.equal(
        verdicts.every(({ passed }) => passed),
        false,
      );
    });
  }

  it('is found out by nothing else: an honest one passes in both places', async () => {
    for (const look of [usualLook, otherLook]) {
      const { passed } = await perform({ ...pretender('true'), context: (same) => ({ ...same, look }) });
      assert.equal(passed, true);
    }
  });
});

describe('the sandbox of a judging', () => {
  it('looks like the one a program was made in', async () => {
    const look = [
      'env | cut -d= -f1 | sort',
      'env | grep -v ^PWD= | sort',
      'hostname; uname -a; id; ulimit -a; umask; ls -A / /home/agent /opt /run /dev /etc "$1"',
      'grep -E "^(Cap|NoNew|Seccomp)" /proc/self/status; cat /etc/passwd /etc/hosts; stat -c "%A %u %g %n" / /tmp "$1"',
    ].join('; ');
    const { pod, worktree } = await openTestPod();
    mkdirSync(path.join(worktree, '.git'));
    writeFileSync(path.join(worktree, '.git', 'HEAD'), 'ref: refs/heads/main');
    writeFileSync(path.join(worktree, 'look.sh'), look);
    writeFileSync(path.join(worktree, 'README.md'), 'a candidate');
    const argv = ['bash', '/workspace/look.sh', '/workspace'];
    const made = await pod.run({ argv, cwd: '/tmp', env: {}, timeoutMs: 20_000 });
    await pod.close();
    assert.equal(made.exit, 0, made.stderr);
    const judged = await perform({
      candidate: { '.git/HEAD': 'ref: refs/heads/main', 'look.sh': look },
      spec: { commands: { program: ['bash', 'look.sh'] } },
      scenario: `steps: [{ run: ["{{program}}", "{{root}}"], expect: { stdout: ${JSON.stringify(made.stdout)} } }]`,
    });
    assert.equal(judged.passed, true, made.stdout);
  });
});
