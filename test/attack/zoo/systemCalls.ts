/** Numbers of system calls that attacks make: on x64, on arm64. Their own list, so that a slip in the filter's shows. */
const numbers = {
  add_key: [248, 217],
  bpf: [321, 280],
  cachestat: [451, 451],
  chroot: [161, 51],
  clone3: [435, 435],
  inotify_add_watch: [254, 27],
  inotify_init1: [294, 26],
  io_uring_setup: [425, 425],
  ioctl: [16, 29],
  keyctl: [250, 219],
  mincore: [27, 232],
  mount: [165, 40],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  perf_event_open: [298, 241],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  preadv2: [327, 286],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  request_key: [249, 218],
  setns: [308, 268],
  socket: [41, 198],
  unshare: [272, 97],
  userfaultfd: [323, 282],
} as const satisfies Record<string, readonly [x64: number, arm64: number]>;

export type SystemCall = keyof typeof numbers;

/** The number of a call on this machine. */
export const numberOf = (call: SystemCall): number => numbers[call][process.arch === 'arm64' ? 1 : 0];
