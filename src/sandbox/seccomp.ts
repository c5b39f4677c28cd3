import { FactoryError } from '../shared/errors';

/** System calls that fail with EPERM inside: number on x64, number on arm64. */
const denied: Readonly<Record<string, readonly [number, number]>> = {
  // Other processes and the kernel's keys.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Kernel surface that no build or test needs.
  bpf: [321, 280],
  userfaultfd: [323, 282],
  perf_event_open: [298, 241],
  fanotify_init: [300, 262],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  syslog: [103, 116],
  lookup_dcookie: [212, 18],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  // Mounts, namespaces and files by handle.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  setns: [308, 268],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  statmount: [457, 457],
  listmount: [458, 458],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // The machine.
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  // The page cache is a channel between sandboxes that share read-only files.
  cachestat: [451, 451],
  mincore: [27, 232],
};

/** Calls that are judged by an argument: number on x64, number on arm64. */
const judged = {
  clone: [56, 220],
  clone3: [435, 435],
  unshare: [272, 97],
  ioctl: [16, 29],
  preadv2: [327, 286],
  socket: [41, 198],
} as const satisfies Record<string, readonly [number, number]>;

/** CLONE_NEWTIME | NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET. */
const namespaceFlags = 0x7e020080;
const terminalIoctls = { TIOCSTI: 0x5412, TIOCLINUX: 0x541c } as const;
/** Everything else has no network namespace of its own (AF_VSOCK reaches the hypervisor) or is never needed. */
const socketFamilies = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10, AF_NETLINK: 16 } as const;

const errno = { EPERM: 1, ENOSYS: 38, EOPNOTSUPP: 95, EAFNOSUPPORT: 97 } as const;
const action = { allow: 0x7fff0000, kill: 0x80000000, fail: (code: number) => 0x00050000 | code } as const;
/** Offsets into `struct seccomp_data`; the low half of an argument is enough for flags and families. */
const offset = { nr: 0, arch: 4, arg: (n: number) => 16 + 8 * n } as const;

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];
const load = (k: number): Instruction => [0x20, 0, 0, k];
const ret = (k: number): Instruction => [0x06, 0, 0, k];
const jumpIfEqual = (k: number, yes: number, no: number): Instruction => [0x15, yes, no, k];
const jumpIfAtLeast = (k: number, yes: number, no: number): Instruction => [0x35, yes, no, k];
const jumpIfAnyBit = (k: number, yes: number, no: number): Instruction => [0x45, yes, no, k];

/** The rule of one call: runs `body` (which must end in a return) when the number matches. */
function onCall(nr: number, body: readonly Instruction[]): Instruction[] {
  return [jumpIfEqual(nr, 0, body.length), ...body];
}

/** Fails when the argument equals one of `values` (or, with `unless`, none of them). */
function byArgument(arg: number, values: readonly number[], failure: number, unless = false): Instruction[] {
  const count = values.length;
  const onMatch = unless ? action.allow : failure;
  const otherwise = unless ? failure : action.allow;
  return [
    load(offset.arg(arg)),
    ...values.map((value, at) => jumpIfEqual(value, count - at, 0)),
    ret(otherwise),
    ret(onMatch),
  ];
}

function byBits(arg: number, mask: number, failure: number): Instruction[] {
  return [load(offset.arg(arg)), jumpIfAnyBit(mask, 0, 1), ret(failure), ret(action.allow)];
}

function rules(column: 0 | 1): Instruction[] {
  const fail = (code: number) => action.fail(code);
  return [
    ...Object.values(denied).flatMap((numbers) => onCall(numbers[column], [ret(fail(errno.EPERM))])),
    // libc falls back to clone, whose flags a filter can see; clone3 hides them behind a pointer.
    ...onCall(judged.clone3[column], [ret(fail(errno.ENOSYS))]),
    ...onCall(judged.clone[column], byBits(0, namespaceFlags, fail(errno.EPERM))),
    ...onCall(judged.unshare[column], byBits(0, namespaceFlags, fail(errno.EPERM))),
    ...onCall(judged.ioctl[column], byArgument(1, Object.values(terminalIoctls), fail(errno.EPERM))),
    // Flags such as RWF_NOWAIT tell what is in the page cache.
    ...onCall(judged.preadv2[column], byBits(5, 0xffffffff, fail(errno.EOPNOTSUPP))),
    ...onCall(
      judged.socket[column],
      byArgument(0, Object.values(socketFamilies), fail(errno.EAFNOSUPPORT), true),
    ),
  ];
}

/** A call that the filter refuses, for those who try: its number with arguments, and the error it must end with. */
export interface RefusedCall {
  name: string;
  errno: number;
  call: readonly number[];
}

/** Every call that the filter refuses on this machine, with arguments that would do no harm without it. */
export function refusedCalls(arch: string = process.arch): RefusedCall[] {
  const column = arch === 'x64' ? 0 : 1;
  const { clone, clone3, unshare, ioctl, preadv2, socket } = judged;
  return [
    ...Object.entries(denied).map(([name, numbers]) => ({
      name,
      errno: errno.EPERM,
      call: [numbers[column]],
    })),
    { name: 'clone3', errno: errno.ENOSYS, call: [clone3[column]] },
    { name: 'clone(NEWUSER)', errno: errno.EPERM, call: [clone[column], 0x10000011] },
    { name: 'unshare(NEWUSER)', errno: errno.EPERM, call: [unshare[column], 0x10000000] },
    { name: 'ioctl(TIOCSTI)', errno: errno.EPERM, call: [ioctl[column], 0, terminalIoctls.TIOCSTI] },
    { name: 'preadv2(flags)', errno: errno.EOPNOTSUPP, call: [preadv2[column], 0, 0, 0, 0, 0, 8] },
    { name: 'socket(VSOCK)', errno: errno.EAFNOSUPPORT, call: [socket[column], 40, 1, 0] },
    { name: 'socket(PACKET)', errno: errno.EAFNOSUPPORT, call: [socket[column], 17, 3, 0] },
  ].map(({ name, errno: code, call }) => ({ name, errno: code, call: [...call, ...zeros].slice(0, 7) }));
}

const zeros = [0, 0, 0, 0, 0, 0];

/**
 * The system-call filter of every sandbox as classic BPF, ready for `bwrap --seccomp FD`.
 * @throws FactoryError `environment` on processors without a table here.
 */
export function seccompFilter(arch: string = process.arch): Buffer {
  const auditArch = { x64: 0xc000003e, arm64: 0xc00000b7 }[arch];
  if (auditArch === undefined)
    throw new FactoryError('environment', `There is no system-call filter for ${arch} processors.`, {
      hint: 'Run the factory on an x64 or arm64 machine.',
    });
  // The x32 interface is a second numbering of the same calls, so the list would not hold there.
  const x32 = arch === 'x64' ? [jumpIfAtLeast(0x40000000, 0, 1), ret(action.fail(errno.ENOSYS))] : [];
  const program = [
    load(offset.arch),
    jumpIfEqual(auditArch, 1, 0),
    ret(action.kill),
    load(offset.nr),
    ...x32,
    ...rules(arch === 'x64' ? 0 : 1),
    ret(action.allow),
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, yes, no, k], at) => {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(yes, at * 8 + 2);
    bytes.writeUInt8(no, at * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, at * 8 + 4);
  });
  return bytes;
}
