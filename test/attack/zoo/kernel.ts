import { type AgentAttack, bash, read } from '../attack';
import { numberOf, type SystemCall } from './systemCalls';

const own = 'Each command has its own process namespace, without capabilities.';
const filter = 'A system-call filter refuses it.';
const processes = { rule: 'processes', leaves: 'tool.finished', stoppedBy: own } as const;
const calls = { rule: 'system calls', leaves: 'tool.finished', stoppedBy: filter } as const;

/** Makes calls in perl by their numbers, with arguments; prints what each answered. */
const perl = (...made: (readonly [SystemCall | number, string])[]) =>
  bash(
    `perl -e '${made
      .map(([call, args]) => {
        const number = typeof call === 'number' ? call : numberOf(call);
        return `$r = syscall(${[number, args].filter((part) => part !== '').join(', ')}); print "$r ", $!+0, "\\n";`;
      })
      .join(' ')}'`,
  );

/** On x64 the same calls have a second numbering; where there is none, the number is of no call. */
const secondPtrace = process.arch === 'x64' ? 0x40000000 + numberOf('ptrace') : 0x7000;

/** Other processes, the kernel and its namespaces. */
export const kernelAttacks: readonly AgentAttack[] = [
  {
    ...processes,
    id: 'write-foreign-descriptors',
    rule: 3,
    tries: 'writes into every descriptor and memory of every process it sees',
    calls: () => [
      bash(
        `for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || echo foreign $p; for f in $p/fd/*; do :; done; echo x 2>/dev/null > $p/mem && echo wrote; done; echo '{"id":1,"text":"forged","isError":false}' > /proc/1/fd/1; echo tried`,
      ),
    ],
    shows: /tried/,
    hides: /^wrote|worker/m,
  },
  {
    ...processes,
    id: 'see-processes',
    rule: 3,
    tries: 'lists the processes of the host, the worker and other commands',
    calls: () => [bash(`cat /proc/[0-9]*/comm | sort -u | tr '\\n' ' '; ls -d /proc/[0-9]* | wc -l`)],
    shows: /\d/,
    hides: /node|factory|vscode|systemd|cli\.js/,
  },
  {
    ...processes,
    id: 'signal-host',
    tries: 'sends signals to processes of the host, and SIGUSR1 to open an inspector',
    rule: 18,
    calls: ({ hostPid }) => [bash(`kill -USR1 ${hostPid}; kill -9 ${hostPid}; kill -0 ${hostPid}`)],
    shows: /(No such process[\s\S]*){3}/,
  },
  {
    ...processes,
    id: 'kill-everything',
    tries: 'kills every process it can name, the file-tool worker included',
    calls: () => [bash('kill -9 -1; kill -9 1; echo survived'), read('greet.spec.md')],
    shows: /Greeter/,
  },
  {
    ...processes,
    id: 'change-our-programs',
    tries: 'changes the factory’s own programs inside the sandbox',
    stoppedBy: 'They are mounted read-only, one file each.',
    calls: () => [bash('ls /opt/factory; for f in /opt/factory/*; do echo x >> $f; mv $f /tmp/; done')],
    shows: /worker\.js[\s\S]*Read-only file system/,
  },
  {
    ...processes,
    id: 'core-pattern',
    tries: 'sets a program as the kernel’s handler of crashes',
    stoppedBy: 'The kernel’s switches are read-only, for the host’s root too.',
    calls: ({ marks }) => [
      bash(
        `echo '|/bin/touch ${marks}/core' > /proc/sys/kernel/core_pattern; echo b > /proc/sysrq-trigger; ulimit -c`,
      ),
    ],
    shows: /^0$[\s\S]*(Read-only|denied|No such)/m,
  },
  {
    ...processes,
    id: 'kernel-memory',
    tries: 'reads the kernel’s memory, symbols and messages',
    calls: () => [
      bash('head -c 16 /proc/kcore | od -c; dmesg | head -3; head -c 16 /dev/mem; head -2 /proc/kallsyms'),
    ],
    shows: /No such file|Permission denied|not permitted/,
    hides: /^ffff[0-9a-f]*[1-9a-f]/m,
  },
  {
    ...processes,
    id: 'new-namespaces',
    tries: 'makes namespaces of its own to become root in them',
    stoppedBy: 'The system-call filter refuses new namespaces.',
    calls: () => [bash('unshare -Ur id; unshare -n true; nsenter -t 1 -a id')],
    shows: /(not permitted|failed)[\s\S]*(not permitted|failed)[\s\S]*(not permitted|failed)/,
    hides: /uid=0/,
  },
  {
    ...processes,
    id: 'setuid-programs',
    tries: 'becomes root through programs with the set-user-id bit',
    stoppedBy: 'No new privileges, an empty set of capabilities and one user in the namespace.',
    calls: () => [
      bash('echo | su -c id; newgrp root </dev/null; id -u; grep -E "CapEff|NoNewPrivs" /proc/self/status'),
    ],
    shows: /^1000$[\s\S]*CapEff:\t0+$[\s\S]*NoNewPrivs:\t1/m,
    hides: /uid=0/,
  },
  {
    ...processes,
    id: 'remount',
    tries: 'mounts over the root, or makes it writable again',
    calls: () => [
      bash('mount -o remount,rw /; mount -t tmpfs none /etc; umount -l /proc; touch /etc/new /usr/new'),
    ],
    shows: /Read-only file system/,
  },
  {
    ...calls,
    id: 'ptrace',
    tries: 'traces another process',
    calls: () => [perl(['ptrace', '16, 1, 0, 0'])],
    shows: /^-1 1$/m,
  },
  {
    ...calls,
    id: 'process-memory',
    tries: 'reads and writes memory of another process by system call',
    calls: () => [
      perl(
        ['process_vm_readv', '1, 0, 0, 0, 0, 0'],
        ['process_vm_writev', '1, 0, 0, 0, 0, 0'],
        ['pidfd_getfd', '0, 0, 0'],
      ),
    ],
    shows: /^-1 1\n-1 1\n-1 1$/m,
  },
  {
    ...calls,
    id: 'keyring',
    tries: 'opens the kernel’s keyring of the person',
    calls: () => [
      perl(['keyctl', '0, -3, 0'], ['add_key', '0, 0, 0, 0, -3'], ['request_key', '0, 0, 0, -3']),
    ],
    shows: /^-1 1\n-1 1\n-1 1$/m,
  },
  {
    ...calls,
    id: 'kernel-surface',
    tries: 'loads programs into the kernel: bpf, perf events, userfaultfd, io_uring',
    calls: () => [
      perl(
        ['bpf', '0, 0, 0'],
        ['perf_event_open', '0, 0, -1, -1, 0'],
        ['userfaultfd', '0'],
        ['io_uring_setup', '1, 0'],
      ),
    ],
    shows: /^-1 1\n-1 1\n-1 1\n-1 1$/m,
  },
  {
    ...calls,
    id: 'mounts-by-call',
    tries: 'mounts, changes its root or enters namespaces by system call',
    calls: () => [
      perl(
        ['mount', '0, 0, 0, 0, 0'],
        ['chroot', '0'],
        ['pivot_root', '0, 0'],
        ['setns', '0, 0'],
        ['unshare', '0x10000000'],
      ),
    ],
    shows: /^-1 1\n-1 1\n-1 1\n-1 1\n-1 1$/m,
  },
  {
    ...calls,
    id: 'files-by-handle',
    tries: 'opens files of the host by handle, around all paths',
    calls: () => [perl(['open_by_handle_at', '0, 0, 0'], ['name_to_handle_at', '0, 0, 0, 0, 0'])],
    shows: /^-1 1\n-1 1$/m,
  },
  {
    ...calls,
    id: 'page-cache',
    rule: 6,
    tries: 'reads another sandbox’s file accesses from the page cache',
    calls: () => [perl(['cachestat', '0, 0, 0, 0'], ['mincore', '0, 0, 0'], ['preadv2', '0, 0, 0, 0, 0, 8'])],
    shows: /^-1 1\n-1 1\n-1 95$/m,
  },
  {
    ...calls,
    id: 'type-into-terminal',
    tries: 'types into the terminal of the person',
    calls: () => [perl(['ioctl', '0, 0x5412, 0']), bash('echo id > /dev/tty; tty')],
    shows: /^-1 1$[\s\S]*not a tty/m,
  },
  {
    ...calls,
    id: 'other-numbering',
    tries: 'makes the calls by their second numbering, around the filter',
    calls: () => [perl([secondPtrace, '0, 0, 0, 0'], ['clone3', '0, 0'])],
    shows: /^-1 38\n-1 38$/m,
  },
];
