import { totalmem } from 'node:os';
import type { Check } from './checks';
import { type Ground, inside, missingWall, perl, tinyDisk, wallCure } from './ground';
import { maxProcesses } from './limits';

const mebibyte = 1024 ** 2;

/** That no command takes the machine's processes, memory, time or disk, tried from inside a pod. */
export const limitChecks: readonly Check<Ground>[] = [
  {
    area: 'Limits',
    name: 'processes',
    cure: 'Run the factory as an ordinary user, or with writable control groups.',
    attempt({ pod }) {
      const bomb = `my $n = 0; while ($n < ${2 * maxProcesses}) { my $p = fork(); last unless defined $p; if (!$p) { sleep 30; exit } $n++ } print $n`;
      return perl(pod, bomb, [], (output) => {
        if (Number(output) < maxProcesses) return `a fork bomb ended at ${output}`;
        throw new Error(`a command made ${output} processes`);
      });
    },
  },
  {
    ...{ area: 'Limits', name: 'memory', cure: wallCure },
    async attempt({ pod, sandbox }) {
      // Never touched, so that a missing limit costs nothing.
      const script = `new ArrayBuffer(Math.floor(require('os').totalmem() * 0.6))`;
      const argv = [sandbox.node, '-e', script];
      const { exit } = await pod.run({ argv, cwd: '/', env: {}, timeoutMs: 20_000 });
      if (exit === 0) missingWall('a process can take more than half of the memory');
      return `a process gets at most ${Math.floor(totalmem() / 2 / mebibyte)} MiB`;
    },
  },
  {
    ...{ area: 'Limits', name: 'time', cure: wallCure },
    async attempt({ pod }) {
      const { timedOut, exit, ms } = await inside(pod, `trap '' TERM; sleep 60`, [], 100);
      if (!timedOut || exit !== null) missingWall('a command went on after its time was over');
      return `a command that ignores SIGTERM was ended after ${ms.toFixed(0)} ms`;
    },
  },
  {
    ...{ area: 'Limits', name: 'output', cure: wallCure },
    async attempt({ pod }) {
      const { stdout, dropped } = await inside(pod, 'head -c 8M /dev/zero');
      if (stdout.length > 2 * mebibyte || dropped === 0) missingWall('all of a giant output was kept');
      return `of 8 MiB the host kept ${Math.round(stdout.length / 1024)} KiB`;
    },
  },
  {
    ...{ area: 'Limits', name: 'disk', cure: 'Keep the store on a local disk.' },
    async attempt({ pod, incidents }) {
      const file = await inside(pod, `head -c ${2 * tinyDisk.file} /dev/zero > file`);
      if (file.exit === 0) missingWall('a file grew past its limit');
      const script = `for n in $(seq 300); do head -c ${mebibyte} /dev/zero > file$n; sleep 0.01; done`;
      const { exit } = await inside(pod, script);
      if (exit !== null) missingWall('a command filled the disk');
      const told = incidents.some((incident) => incident.kind === 'limit');
      if (!told) missingWall('nobody was told');
      return 'a file that is too large is refused, and a command that fills the disk ended';
    },
  },
];
