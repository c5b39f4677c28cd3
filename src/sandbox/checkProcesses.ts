import { readdirSync, readFileSync } from 'node:fs';
import type { Check } from './checks';
import { type Ground, inside, missingWall, perl, wallCure } from './ground';
import { refusedCalls } from './seccomp';

/** That other processes and the kernel are out of reach, tried from inside a pod. */
export const processChecks: readonly Check<Ground>[] = [
  {
    ...{ area: 'Processes', name: 'environment', cure: wallCure },
    async attempt({ pod, secret }) {
      const { stdout } = await inside(pod, `cat /proc/[0-9]*/environ | tr '\\0' '\\n'; env`);
      if (stdout.includes(secret))
        missingWall('variables of the host are readable, in /proc/1/environ or env');
      return 'variables of the host are in no /proc/*/environ';
    },
  },
  {
    ...{ area: 'Processes', name: 'command lines', cure: wallCure },
    async attempt({ pod, worktree }) {
      const { stdout } = await inside(pod, `cat /proc/[0-9]*/cmdline | tr '\\0' ' '`);
      if (stdout.includes(worktree)) missingWall('paths of the host are readable in /proc/*/cmdline');
      return 'no /proc/*/cmdline names a path of the host';
    },
  },
  {
    ...{ area: 'Processes', name: 'other processes', cure: wallCure },
    async attempt({ pod }) {
      const { stdout } = await inside(pod, 'echo /proc/[0-9]*');
      const seen = stdout.trim().split(' ').length;
      if (seen > 3) missingWall(`a command sees ${seen} processes`);
      return 'a command sees itself and nobody else';
    },
  },
  {
    ...{ area: 'Processes', name: 'capabilities', cure: wallCure },
    async attempt({ pod }) {
      const { stdout } = await inside(pod, 'cat /proc/self/status; id -u');
      const status = (name: string) => new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(stdout)?.[1] ?? '';
      const held = ['CapEff', 'CapPrm', 'CapBnd'].filter((name) => !/^0+$/.test(status(name)));
      if (held.length > 0) missingWall(`commands hold capabilities (${held.join(', ')})`);
      if (status('NoNewPrivs') !== '1') missingWall('programs can gain privileges');
      if (status('Seccomp') !== '2') missingWall('the system-call filter is not on');
      return 'none, and no way to gain any; the system-call filter is on';
    },
  },
  {
    ...{ area: 'Processes', name: 'system calls', cure: wallCure },
    attempt({ pod }) {
      const calls = refusedCalls();
      const script = `for (@ARGV) { my ($name, $errno, @call) = split /,/; my $r = syscall($call[0], map { 0 + $_ } @call[1..$#call]);
        print "$name " unless $r == -1 && $! == $errno }`;
      const words = calls.map(({ name, errno, call }) => [name, errno, ...call].join(','));
      return perl(pod, script, words, (output) => {
        if (output !== '') missingWall(`these are not refused: ${output.trim()}`);
        return `${calls.length} refused, among them ptrace, mount, keyctl, bpf, io_uring, TIOCSTI`;
      });
    },
  },
  {
    ...{ area: 'Processes', name: 'namespaces inside', cure: wallCure },
    async attempt({ pod }) {
      const tries = [
        'unshare -Ur true',
        'unshare -n true',
        'mount -t tmpfs x /tmp',
        'chroot / true',
        'nsenter -t 1 -U true',
      ];
      const script = 'for t in "$@"; do $t > /dev/null 2>&1 && echo "$t"; done';
      const { stdout } = await inside(pod, script, tries);
      if (stdout !== '') missingWall(`these work: ${stdout.trim().split('\n').join(', ')}`);
      return 'no user namespace, mount, chroot or setns';
    },
  },
  {
    ...{ area: 'Processes', name: 'terminal', cure: wallCure },
    async attempt({ pod }) {
      const { exit } = await inside(pod, ': < /dev/tty');
      if (exit === 0) missingWall('commands hold the terminal of the host');
      return 'none to read or type into';
    },
  },
  {
    ...{ area: 'Processes', name: 'kernel switches', cure: wallCure },
    async attempt({ pod }) {
      const script = 'f=/proc/sys/kernel/printk_delay; cat $f > $f && echo written; ls /sys 2>/dev/null';
      const { stdout } = await inside(pod, script);
      if (stdout !== '') missingWall('/proc/sys or /sys is open');
      return '/proc/sys is read-only and /sys absent';
    },
  },
  {
    ...{ area: 'Processes', name: 'shared memory', cure: wallCure },
    async attempt({ pod }) {
      const { stdout } = await inside(pod, 'ls -A /dev/shm; tail -qn +2 /proc/sysvipc/{shm,sem,msg}');
      if (stdout !== '') missingWall('memory shared on the host is visible');
      return '/dev/shm and System V memory are private';
    },
  },
  {
    ...{ area: 'Processes', name: 'daemons', cure: wallCure },
    async attempt({ pod }) {
      // A number of seconds that nobody else sleeps for.
      const seconds = `5.${Date.now()}`;
      const script = 'exec > /dev/null 2>&1; (setsid sleep $1 &); setsid -f sleep $1; sleep $1 & disown';
      const began = performance.now();
      await inside(pod, script, [seconds]);
      if (commandLines().some((line) => line.includes(seconds)))
        missingWall('processes outlive their command');
      return `end with their command, after ${(performance.now() - began).toFixed(0)} ms`;
    },
  },
];

/** Of every process of the machine that can be seen from here. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It ended while we looked.
      }
    });
}
