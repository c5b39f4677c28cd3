import type { Check } from './checks';
import { type Ground, inside, missingWall, perl, wallCure } from './ground';

/** That nothing but the pod's own loopback can be reached, tried from inside a pod. */
export const networkChecks: readonly Check<Ground>[] = [
  {
    ...{ area: 'Network', name: 'interfaces', cure: wallCure },
    async attempt({ pod }) {
      const { stdout } = await inside(
        pod,
        'tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route',
      );
      if (stdout.trim() !== 'lo') missingWall(`the pod sees ${stdout.trim() || 'no loopback'}`);
      return 'loopback and nothing else, no route';
    },
  },
  {
    ...{ area: 'Network', name: 'the host', cure: wallCure },
    async attempt({ pod, port }) {
      const { exit } = await inside(pod, `exec 9<> /dev/tcp/127.0.0.1/${port}`);
      if (exit === 0) missingWall('ports of the host can be reached');
      return 'ports of 127.0.0.1 on the host cannot be reached';
    },
  },
  {
    ...{ area: 'Network', name: 'abstract sockets', cure: wallCure },
    attempt({ pod, abstract }) {
      const script = `use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
        print connect($s, pack_sockaddr_un("\\0" . shift)) ? "reached" : "refused"`;
      return perl(pod, script, [abstract], (output) => {
        if (output !== 'refused') missingWall('abstract sockets of the host can be reached');
        return 'those of the host cannot be reached';
      });
    },
  },
  {
    ...{ area: 'Network', name: 'outside', cure: wallCure },
    async attempt({ pod }) {
      const script = 'for t in "$@"; do ( : 9<> "$t" ) 2>/dev/null && echo "$t"; done';
      const places = ['/dev/tcp/192.0.2.1/443', '/dev/udp/192.0.2.1/53', '/dev/tcp/2001:db8::1/443'];
      const { stdout } = await inside(pod, script, places);
      if (stdout !== '') missingWall(`there is a way to ${stdout.trim()}`);
      const { exit } = await inside(pod, 'getent hosts example.com');
      if (exit === 0) missingWall('names of hosts outside resolve');
      return 'no address by TCP or UDP and no name can be reached';
    },
  },
  {
    ...{ area: 'Network', name: 'what is refused', cure: wallCure },
    async attempt({ pod, incidents }) {
      await inside(pod, 'getent hosts doctor.example; : > /dev/tcp/192.0.2.1/443');
      const told = incidents.map((incident) => (incident.kind === 'network' ? incident.target : ''));
      if (!told.some((target) => target.includes('address'))) missingWall('nobody is told of addresses');
      if (told.includes('doctor.example')) return 'is told: names, and how many addresses';
      return { note: 'is counted, but the names are not told', cure: 'sudo apt-get install perl' };
    },
  },
];
