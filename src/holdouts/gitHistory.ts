import type { GitCommit } from './scenarioSchema';

const firstCommit = Date.UTC(2026, 0, 1) / 1000;
const hour = 3600;
const identity = 'Scenario <scenario@example.com>';

/**
 * The stream for `git fast-import` that makes a scenario's history on `main`: one identity, fixed dates (an hour
 * apart from 2026-01-01 unless given), lightweight tags.
 */
export function gitHistory(commits: readonly GitCommit[]): string {
  const blocks = commits.map(({ message, files, tag, date }, index) => {
    const when = date === undefined ? `${firstCommit + index * hour} +0000` : gitDate(date);
    const changes = Object.entries(files ?? {}).map(([path, content]) =>
      content === null ? `D ${quoted(path)}\n` : `M 100644 inline ${quoted(path)}\n${data(content)}`,
    );
    const commit = [
      'commit refs/heads/main\n',
      `mark :${index + 1}\n`,
      `author ${identity} ${when}\ncommitter ${identity} ${when}\n`,
      data(message.endsWith('\n') ? message : `${message}\n`),
      ...changes,
      '\n',
    ];
    return commit.join('') + (tag === undefined ? '' : `reset refs/tags/${tag}\nfrom :${index + 1}\n\n`);
  });
  return `feature done\n${blocks.join('')}done\n`;
}

/** An ISO date with a time zone as git writes it (`seconds +hhmm`); null when it is none. */
export function gitDate(text: string): string | null {
  const zone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|([+-])(\d\d):?(\d\d))$/.exec(text);
  const at = Date.parse(text);
  if (!zone || Number.isNaN(at) || at < 0) return null;
  return `${Math.floor(at / 1000)} ${zone[1] === 'Z' ? '+0000' : `${zone[2]}${zone[3]}${zone[4]}`}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
