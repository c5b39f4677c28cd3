import assert from 'node:assert/strict';
import { seccompFilter } from '../../../src/sandbox/seccomp';
import { FactoryError } from '../../../src/shared/errors';

const audit = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const allow = 0x7fff0000;
const kill = 0x80000000;
const errno = (code: number) => 0x00050000 | code;

/** Runs a filter as the kernel does, for the few instructions it is made of. */
function judge(filter: Buffer, arch: number, nr: number, ...args: number[]): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(nr, 0);
  data.writeUInt32LE(arch, 4);
  args.forEach((value, at) => data.writeBigUInt64LE(BigInt(value), 16 + 8 * at));
  let accumulator = 0;
  for (let at = 0; at * 8 < filter.length; at++) {
    const code = filter.readUInt16LE(at * 8);
    const [yes, no] = [filter.readUInt8(at * 8 + 2), filter.readUInt8(at * 8 + 3)];
    const k = filter.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = data.readUInt32LE(k);
    else if (code === 0x06) return k;
    else if (code === 0x15) at += accumulator === k ? yes : no;
    else if (code === 0x35) at += accumulator >= k ? yes : no;
    else if (code === 0x45) at += (accumulator & k) !== 0 ? yes : no;
    else assert.fail(`instruction ${code}`);
  }
  return assert.fail('the filter ends without an answer');
}

describe('system-call filter', () => {
  for (const [arch, calls] of [
    [
      'x64',
      { read: 0, ptrace: 101, clone: 56, unshare: 272, ioctl: 16, socket: 41, preadv2: 327, mincore: 27 },
    ],
    [
      'arm64',
      { read: 63, ptrace: 117, clone: 220, unshare: 97, ioctl: 29, socket: 198, preadv2: 286, mincore: 232 },
    ],
  ] as const)
    it(`judges calls and their arguments on ${arch}`, () => {
      const filter = seccompFilter(arch);
      const ask = (nr: number, ...args: number[]) => judge(filter, audit[arch], nr, ...args);
      assert.equal(ask(calls.read), allow);
      for (const nr of [calls.ptrace, calls.mincore, 425, 438, 451])
        assert.equal(ask(nr), errno(1), String(nr));
      assert.equal(ask(435), errno(38));
      // fork and threads pass; each namespace flag alone does not.
      for (const nr of [calls.clone, calls.unshare]) {
        assert.deepEqual([ask(nr, 17), ask(nr, 0x3d0f00)], [allow, allow]);
        for (const bit of [7, 17, 25, 26, 27, 28, 29, 30])
          assert.equal(ask(nr, 2 ** bit), errno(1), `flag ${bit}`);
      }
      assert.deepEqual(
        [0x5401, 0x5412, 0x541c].map((request) => ask(calls.ioctl, 0, request)),
        [allow, errno(1), errno(1)],
      );
      assert.deepEqual(
        [1, 2, 10, 16].map((family) => ask(calls.socket, family)),
        [allow, allow, allow, allow],
      );
      assert.deepEqual(
        [0, 17, 38, 40].map((family) => ask(calls.socket, family)),
        Array(4).fill(errno(97)),
      );
      assert.deepEqual(
        [0, 8].map((flags) => ask(calls.preadv2, 0, 0, 0, 0, 0, flags)),
        [allow, errno(95)],
      );
    });

  it('kills calls of another architecture and refuses the second numbering of x64', () => {
    assert.equal(judge(seccompFilter('x64'), 0x40000003, 1), kill);
    assert.equal(judge(seccompFilter('arm64'), audit.x64, 0), kill);
    assert.equal(judge(seccompFilter('x64'), audit.x64, 0x40000000 + 101), errno(38));
  });

  it('is not made up for processors it has no table for', () => {
    assert.throws(
      () => seccompFilter('riscv64'),
      (error) => error instanceof FactoryError && error.code === 'environment',
    );
  });
});
