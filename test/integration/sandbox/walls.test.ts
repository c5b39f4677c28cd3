import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import type { CommandRequest, Incident } from '../../../src/sandbox/types';
import { openSandbox, openTestPod, temporaryFolder, type TestPod } from '../../support/sandbox';

const secret = 'the-host-secret-7f3a';

/** Numbers on x64: what must not work, with an errno of the filter (1 EPERM, 38 ENOSYS, 95, 97). */
const forbiddenCalls: [name: string, perl: string, errno: number][] = [
  ['ptrace', 'syscall(101, 0, 0, 0, 0)', 1],
  ['process_vm_readv', 'syscall(310, $$, 0, 0, 0, 0, 0)', 1],
  ['keyctl', 'syscall(250, 0, -3, 0)', 1],
  ['bpf', 'syscall(321, 0, 0, 0)', 1],
  ['perf_event_open', 'syscall(298, 0, 0, -1, -1, 0)', 1],
  ['userfaultfd', 'syscall(323, 0)', 1],
  ['io_uring_setup', 'syscall(425, 1, 0)', 1],
  ['mount', 'syscall(165, 0, 0, 0, 0, 0)', 1],
  ['chroot', 'syscall(161, 0)', 1],
  ['setns', 'syscall(308, 0, 0)', 1],
  ['unshare of a user namespace', 'syscall(272, 0x10000000)', 1],
  ['clone into a network namespace', 'syscall(56, 0x40000011, 0, 0, 0, 0)', 1],
  ['clone3', 'syscall(435, 0, 0)', 38],
  ['open_by_handle_at', 'syscall(304, 0, 0, 0)', 1],
  ['pidfd_getfd', 'syscall(438, 0, 0, 0)', 1],
  ['cachestat', 'syscall(451, 0, 0, 0, 0)', 1],
  ['mincore', 'syscall(27, 0, 0, 0)', 1],
  ['preadv2 with flags', 'syscall(327, 0, 0, 0, 0, 0, 8)', 95],
  ['ioctl TIOCSTI', 'syscall(16, 0, 0x5412, 0)', 1],
  ['a socket to the hypervisor', 'syscall(41, 40, 1, 0)', 97],
];

describe('sandbox walls', () => {
  let test: TestPod;
  let hostFolder: string;

  before(async () => {
    process.env['DARK_FACTORY_TEST_SECRET'] = secret;
    hostFolder = temporaryFolder('host');
    writeFileSync(path.join(hostFolder, 'holdout.txt'), secret);
    test = await openTestPod();
  });
  after(async () => {
    delete process.env['DARK_FACTORY_TEST_SECRET'];
    await test.pod.close();
  });

  const bash = (script: string, more: Partial<CommandRequest> = {}) =>
    test.pod.run({ argv: ['bash', '-c', script], cwd: '/workspace', env: {}, timeoutMs: 20_000, ...more });
  const output = async (script: string, more: Partial<CommandRequest> = {}) => {
    const { stdout, stderr } = await bash(script, more);
    return stdout + stderr;
  };

  describe('what exists inside', () => {
    it('shows no variable of the host, not even of the sandbox itself', async () => {
      const seen = await output(`cat /proc/[0-9]*/environ | tr '\\0' '\\n'; env`);
      assert.match(seen, /^HOME=\/home\/agent$/m);
      assert.ok(!seen.includes(secret), seen);
    });

    it('names no path of the host in any command line', async () => {
      const seen = await output(`cat /proc/[0-9]*/cmdline | tr '\\0' ' '`);
      assert.match(seen, /--args/);
      assert.ok(!seen.includes(test.worktree), seen);
    });

    it('has neither the home of the user nor folders of the host', async () => {
      for (const place of [homedir(), hostFolder, test.worktree, '/var', '/sys', '/root/.ssh', '/etc/shadow'])
        assert.equal((await bash(`test -e '${place}'`)).exit, 1, place);
    });

    it('sees only processes of its own command', async () => {
      const first = await bash('echo /proc/[0-9]*');
      assert.match(first.stdout, /^\/proc\/1 \/proc\/2\n$/);
    });

    it('masks sources and settings of the machine under /usr', async () => {
      assert.equal((await bash('ls -A /usr/src /usr/local/etc | grep -v : | grep .')).exit, 1);
    });

    it('passes on no descriptor beyond the standard three', async () => {
      const list = 'for (glob "/proc/self/fd/*") { $to = readlink and print "$to\\n" }';
      const open = (await bash(`exec perl -e '${list}'`)).stdout.trim().split('\n');
      assert.equal(open.filter((to) => to.includes('pipe')).length, 2);
      assert.deepEqual(
        open.filter((to) => !to.includes('pipe') && to !== '/dev/null'),
        [],
      );
    });
  });

  describe('files', () => {
    it('can be written in the worktree, the home and private folders only', async () => {
      const { stdout } = await bash(
        `for d in / /usr /usr/local /etc /opt /opt/factory /opt/node /home /workspace ~ /tmp /run /dev/shm; do
           ( : > $d/mark ) 2>/dev/null && echo $d; done`,
      );
      assert.deepEqual(stdout.trim().split('\n'), ['/workspace', '/home/agent', '/tmp', '/run', '/dev/shm']);
      assert.ok(existsSync(path.join(test.worktree, 'mark')));
      assert.ok(existsSync(path.join(test.home, 'mark')));
    });

    it('cannot switch anything in the kernel', async () => {
      const seen = await output('cat /proc/sys/kernel/printk_delay > /proc/sys/kernel/printk_delay');
      assert.match(seen, /Read-only file system/);
      assert.match(await output('echo x > /proc/1/mem; echo x > /proc/self/mem'), /Read-only.*\n.*Read-only/);
    });

    it('are out of reach through links planted in the worktree', async () => {
      symlinkSync(hostFolder, path.join(test.worktree, 'link'));
      assert.match(await output('cat link/holdout.txt'), /No such file/);
      const answer = await test.pod.tool('read', { file_path: 'link/holdout.txt' });
      assert.equal(answer.isError, true);
      assert.ok(!answer.text.includes(secret));
      const outside = await test.pod.tool('read', { file_path: path.join(hostFolder, 'holdout.txt') });
      assert.equal(outside.isError, true);
    });

    it('of one command in private folders are gone for the next', async () => {
      await bash('echo x > /tmp/left; echo x > /dev/shm/left');
      assert.equal((await bash('cat /tmp/left /dev/shm/left')).stdout, '');
    });
  });

  describe('network', () => {
    let server: Server;
    let abstract: Server;
    before(async () => {
      server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
      abstract = createServer((socket) => socket.end('reached')).listen(`\0dark-factory-${process.pid}`);
      await Promise.all(
        [server, abstract].map((one) => new Promise((resolve) => one.once('listening', resolve))),
      );
    });
    after(() => {
      server.close();
      abstract.close();
    });

    it('reaches neither ports nor abstract sockets of the host', async () => {
      const { port } = server.address() as AddressInfo;
      assert.match(await output(`exec 9<>/dev/tcp/127.0.0.1/${port} && cat <&9`), /Connection refused/);
      const connect = `use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0);
        print connect($s, pack_sockaddr_un("\\0dark-factory-${process.pid}")) ? "reached" : "refused"`;
      assert.equal((await bash(`perl -e '${connect}'`)).stdout, 'refused');
    });

    it('has no way out and no names', async () => {
      assert.match(await output('exec 9<>/dev/tcp/192.0.2.1/80'), /Network is unreachable/);
      assert.match(await output('echo x > /dev/udp/192.0.2.1/53'), /Network is unreachable/);
      assert.equal((await bash('getent hosts example.com')).exit, 2);
      assert.equal((await bash('getent hosts localhost')).exit, 0);
    });

    it('tells which names and how many addresses a command looked for', async () => {
      const incidents: Incident[] = [];
      const { pod } = await openTestPod({ onIncident: (incident) => incidents.push(incident) });
      const run = (script: string) =>
        pod.run({ argv: ['bash', '-c', script], cwd: '/workspace', env: {}, timeoutMs: 20_000 });
      const { exit } = await run('getent hosts Registry.example.com');
      assert.equal(exit, 2);
      await run(
        `getent hosts registry.example.com; getent hosts "$(printf 'x\\033[2Jy.example')"; getent hosts localhost`,
      );
      await run(': > /dev/tcp/192.0.2.1/80; : > /dev/udp/192.0.2.1/53');
      await run('true');
      const node = "require('dns').lookup('api.example.net', (error) => console.log(error.code))";
      const answered = await pod.run({
        ...{ argv: [(await openSandbox()).node, '-e', node], cwd: '/', env: {}, timeoutMs: 20_000 },
      });
      assert.equal(answered.stdout, 'ENOTFOUND\n');
      for (let n = 0; n < 3; n += 1) await run(`for n in $(seq 30); do getent hosts $n.flood.example; done`);
      await pod.close();
      const told = incidents.map((incident) => (incident.kind === 'network' ? incident.target : ''));
      assert.deepEqual(told.slice(0, 2), ['registry.example.com', 'addresses outside, 2 times']);
      assert.ok(told.includes('api.example.net') && !told.includes('localhost'));
      assert.deepEqual(incidents[0], {
        ...{ kind: 'network', target: 'registry.example.com', command: 'getent hosts Registry.example.com' },
      });
      assert.ok(told.every((target) => !target.includes('\u001b')));
      assert.ok(told.length <= 50);
    });

    it('is shared by the commands of a pod and by nobody else', async () => {
      const serve = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:8123")
        or die; print "up\\n"; STDOUT->flush; while (my $c = $s->accept) { print $c "hello"; close $c }`;
      await new Promise<void>((resolve, reject) => {
        const onLine = (line: string) => (line === 'up' ? resolve() : reject(new Error(line)));
        test.pod.spawn({ argv: ['perl', '-e', serve], cwd: '/workspace', env: {}, onLine }).catch(reject);
      });
      const ask = 'exec 9<>/dev/tcp/127.0.0.1/8123 && cat <&9';
      assert.equal((await bash(ask)).stdout, 'hello');
      assert.equal((await bash(ask, { isolated: true, cwd: '/' })).stdout, 'hello');
      const other = await openTestPod();
      const refused = await other.pod.run({ argv: ['bash', '-c', ask], cwd: '/', env: {}, timeoutMs: 5000 });
      await other.pod.close();
      assert.match(refused.stderr, /Connection refused/);
    });
  });

  it('keeps isolated commands from the worktree, the home and the environment of the pod', async () => {
    const own = await openTestPod({ env: { POD_ONLY: 'yes' } });
    writeFileSync(path.join(own.worktree, 'a'), '');
    writeFileSync(path.join(own.home, 'b'), '');
    const mount = { host: hostFolder, inside: '/data', writable: false };
    const request = { cwd: '/', env: {}, timeoutMs: 5000, isolated: true, mounts: [mount] };
    const script = 'ls /workspace; ls -A ~; echo "[$POD_ONLY]"; cat /data/holdout.txt; : > /data/new';
    const result = await own.pod.run({ ...request, argv: ['bash', '-c', script] });
    await own.pod.close();
    assert.equal(result.stdout, `[]\n${secret}`);
    assert.match(result.stderr, /cannot access '\/workspace'/);
    assert.match(result.stderr, /\/data\/new: Read-only file system/);
  });

  describe('system calls', () => {
    before(function () {
      if (process.arch !== 'x64') this.skip();
    });
    for (const [name, call, errno] of forbiddenCalls)
      it(`refuses ${name}`, async () => {
        const { stdout } = await bash(`perl -e '$r = ${call}; print "$r ", $!+0'`);
        assert.equal(stdout, `-1 ${errno}`);
      });

    it('leaves ordinary ones alone', async () => {
      const script = `$r = syscall(41, 1, 1, 0); print $r > 2 ? "socket " : "no "; $r = syscall(39); print $r == $$ ? "pid" : "no"`;
      assert.equal((await bash(`perl -e '${script}'`)).stdout, 'socket pid');
    });
  });

  it('gives no capability and no way to regain one', async () => {
    const status = readStatus(await output('cat /proc/self/status'));
    assert.deepEqual([status['CapEff'], status['CapBnd']], ['0000000000000000', '0000000000000000']);
    assert.equal(status['NoNewPrivs'], '1');
    assert.notEqual(readStatus(readFileSync('/proc/self/status', 'utf8'))['CapBnd'], status['CapBnd']);
  });
});

function readStatus(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+):\t(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
