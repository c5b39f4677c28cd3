/** Names that one pod may ask for before nobody listens any more; all are still refused. */
const mostNames = 1000;

/**
 * Answers every name lookup in the pod with "no such name" and prints the name, so that a program that looks for the
 * world fails at once and is seen. Runs as the holder of the pod's namespaces until its input ends. It is Perl,
 * because that comes with git and, without modules (hence AF_INET and SOCK_DGRAM as numbers), starts in 3 ms; where it
 * is missing lookups fail too, but nobody is told the names.
 */
export const lookupProgram = `$| = 1;
my $dns;
my $bound = socket($dns, 2, 2, 0) && bind($dns, pack('S n C4 x8', 2, 53, 127, 0, 0, 1));
print "ready\\n";
for (my $left = ${mostNames};;) {
  my $wait = '';
  vec($wait, $_, 1) = 1 for 0, $bound ? fileno $dns : ();
  select($wait, undef, undef, undef);
  if (vec($wait, 0, 1)) { sysread(STDIN, my $more, 512) or exit }
  next unless $bound && vec($wait, fileno $dns, 1);
  my $from = recv($dns, my $asked, 512, 0) or next;
  my ($at, @labels) = 12;
  while ($at < length $asked and my $length = ord substr $asked, $at, 1) {
    push @labels, substr $asked, $at + 1, $length;
    $at += 1 + $length;
  }
  my $end = $at + 5;
  next if $end > length $asked;
  send($dns, substr($asked, 0, 2) . "\\x81\\x83\\0\\1" . "\\0" x 6 . substr($asked, 12, $end - 12), 0, $from);
  my $name = lc substr join('.', @labels), 0, 253;
  $name =~ s/[^\\w.-]/?/g;
  print "$name\\n" if $left-- > 0;
}`;

/** Attempts to reach an address outside that this text of `/proc/PID/net/snmp` counts. */
export function routelessAttempts(snmp: string): number {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith('Ip: '))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('OutNoRoutes')] ?? 0);
}
