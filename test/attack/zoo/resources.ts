import { type AgentAttack, bash, edit, read, write } from '../attack';

const group = 'A command’s processes end with it: its process namespace goes with its first process.';
const resources = { rule: 'resources', leaves: 'tool.finished', stoppedBy: group } as const;

/** Marks processes that may not outlive their command. */
export const daemonMark = '86399.25';

/** What would hold up, fill or outlive the factory. */
export const resourceAttacks: readonly AgentAttack[] = [
  {
    ...resources,
    id: 'daemon',
    tries: 'leaves a daemon behind, in a session of its own',
    calls: () => [
      bash(
        `setsid nohup sleep ${daemonMark} >/dev/null 2>&1 </dev/null & disown; (trap '' HUP TERM INT; sleep ${daemonMark}) & sleep 0.1; pgrep -c sleep`,
      ),
      bash('pgrep -c sleep'),
    ],
    shows: /^2\n[\s\S]*^0\n/m,
  },
  {
    ...resources,
    id: 'hold-the-output',
    tries: 'keeps the command’s output open from a process in the background',
    calls: () => [bash(`sleep ${daemonMark} & echo ended`)],
    shows: /^ended\n+\[exit 0\]$/m,
  },
  {
    ...resources,
    id: 'ignore-the-end',
    stoppedBy: 'After the time limit and two seconds of grace everything inside is killed.',
    tries: 'runs on after its time and ignores all signals',
    calls: () => [bash(`trap '' TERM INT HUP; while :; do sleep 0.05; done`, 300)],
    shows: /\[stopped after 300 ms\]/,
  },
  {
    ...resources,
    id: 'endless-output',
    stoppedBy: 'Only head and tail of the output are kept, up to a limit; time is limited.',
    tries: 'prints without end',
    calls: () => [bash('yes endless', 700)],
    shows: /characters left out[\s\S]*\[stopped after 700 ms\]/,
  },
  {
    ...resources,
    id: 'giant-line',
    stoppedBy: 'Only head and tail of the output are kept, up to a limit.',
    tries: 'prints one line of 50 MB',
    calls: () => [bash('head -c 50000000 /dev/zero | tr "\\0" x; echo; echo end')],
    shows: /characters left out[\s\S]*\nend\n/,
  },
  {
    ...resources,
    id: 'fork-bomb',
    stoppedBy: 'A pod may have 1024 processes at a time.',
    tries: 'starts processes without end',
    calls: () => [
      bash(
        `perl -e 'while ($n < 5000) { $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } $n++ } print $n < 1024 ? "bounded" : "unbounded at $n", "\\n"'`,
        60_000,
      ),
    ],
    shows: /^bounded$/m,
  },
  {
    ...resources,
    id: 'memory-bomb',
    stoppedBy: 'Writable memory of a process is limited to half of the machine’s.',
    tries: 'takes more memory than the machine has',
    calls: () => [
      bash(
        `perl -e 'open F, "/proc/meminfo"; ($kb) = <F> =~ /(\\d+)/; $x = "x" x ($kb * 1024); print "had it"'`,
        60_000,
      ),
    ],
    shows: /Out of memory|\[exit [^0]|by a signal/,
    hides: /had it/,
  },
  {
    ...resources,
    id: 'fill-memory-folders',
    stoppedBy: 'Private folders have a limited size.',
    tries: 'fills /tmp, /run and /dev/shm, which are memory',
    calls: () => [bash('for d in /tmp /run /dev/shm; do fallocate -l 3G $d/full; done; echo x > /usr/full')],
    shows: /(No space left[\s\S]*){3}/,
  },
  {
    ...resources,
    id: 'fill-disk',
    leaves: 'limit.reached',
    stoppedBy: 'A pod may write 8 GiB, and never the last space of the disk: then its commands are ended.',
    tries: 'fills the disk by way of its home folder',
    calls: () => [
      bash(
        'for i in 1 2 3; do fallocate -l 3G ~/full$i || head -c 3G /dev/zero > ~/full$i; done; sleep 60; echo filled',
        90_000,
      ),
      bash('rm -f ~/full*; echo tidied'),
    ],
    shows: /\[the command was ended: it[\s\S]*^tidied$/m,
    hides: /^filled$/m,
    tells: /grew by more than|last space/,
  },
  {
    ...resources,
    id: 'wait-for-input',
    stoppedBy: 'A command’s standard input is empty.',
    tries: 'waits for input that nobody gives',
    calls: () => [bash('cat; read -r x; echo "[$x]"')],
    shows: /^\[\]$/m,
  },
  {
    ...resources,
    id: 'forge-shell-state',
    stoppedBy:
      'The state of the shell is data: a directory that is gone is left, and nothing else is taken from it.',
    tries: 'forges the report of its shell’s state to start the next command elsewhere',
    calls: () => [
      bash(`printf '/opt/nowhere\\0LD_PRELOAD=/workspace/evil.so\\0\\0end' >&219; exec 219>&-; kill -9 $$`),
      bash('pwd; cd /workspace; unset LD_PRELOAD'),
    ],
    shows: /^\[exit 137\]\n\/\n[\s\S]*\/opt\/nowhere is gone/m,
  },
  {
    ...resources,
    id: 'forge-shell-variables',
    stoppedBy: 'Names that are no variables are not taken over.',
    tries: 'forges variables that the sandbox itself cannot be started with',
    calls: () => [
      bash(
        `printf '/workspace\\0=x\\0no-value\\0A\\nB=c\\0BIG=' >&219; head -c 200000 /dev/zero | tr '\\0' x >&219; printf '\\0\\0end' >&219; exec 219>&-; kill -9 $$`,
      ),
      bash('echo still here'),
    ],
    shows: /^still here$/m,
  },
  {
    ...resources,
    id: 'thousands-of-variables',
    stoppedBy: 'More variables than a sandbox can be started with are not taken over.',
    tries: 'exports more variables than the next sandbox can be started with',
    calls: () => [bash('for i in $(seq 5000); do export V$i=1; done'), bash('echo "still here [$V1]"')],
    shows: /^still here \[\]$/m,
  },
  {
    ...resources,
    id: 'write-to-pipe',
    stoppedBy: 'A file tool writes a new file and puts it in place; it opens files only.',
    tries: 'lets the file tools wait for a pipe that nobody reads or writes',
    calls: () => [
      bash('mkfifo pipe'),
      read('pipe'),
      edit('pipe', 'a', 'b'),
      write('pipe', 'x'),
      bash('rm -f pipe; echo over'),
    ],
    shows: /^over$/m,
  },
  {
    ...resources,
    id: 'endless-pattern',
    stoppedBy: 'A search has a time limit.',
    tries: 'searches with a pattern that takes forever',
    calls: () => [
      bash("head -c 60 /dev/zero | tr '\\0' a > hay; echo '!' >> hay"),
      { name: 'grep', input: { pattern: '^(a+)+$' } },
      bash('rm hay; echo over'),
    ],
    shows: /^over$/m,
  },
  {
    ...resources,
    id: 'lock-itself-out',
    stoppedBy: 'The host takes permissions back; the agent’s folders are the factory’s.',
    tries: 'takes the permissions of its worktree and its home away',
    calls: () => [
      bash('mkdir -p ~/x; chmod 000 ~/x; chmod 000 /workspace ~'),
      bash('cd /workspace && touch in && rm in && echo still here'),
    ],
    shows: /./,
  },
];
