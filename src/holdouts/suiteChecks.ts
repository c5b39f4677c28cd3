import type { Misuse } from './misuse';
import { isPlainPath } from './plainPath';
import { placeholdersIn } from './placeholders';
import type { Suite } from './scenarioSchema';

/** What a suite of the right form still gets wrong. */
export function suiteMisuses({ files, command, report, cases, mustFail, inputs }: Suite): Misuse[] {
  const problems: Misuse[] = [];
  const add = (key: keyof Suite, message: string, hint: string, atKey = false): void => {
    problems.push({ path: ['suite', key], message, hint, atKey });
  };
  if (!isPlainPath(files)) {
    const hint = 'Put the folder beside the scenario and write its name, as in `tests`.';
    add('files', 'This is not the path of a folder beside the scenario.', hint);
  }
  const names = placeholdersIn([command].flat().join('\n'));
  if (!names.some((name) => ['program', 'base', 'port'].includes(name))) {
    const hint =
      'Call {{program}}, or ask a server at {{base}}: a suite that imports the code shares its process.';
    add('command', 'This suite asks nothing of the program from outside.', hint);
  }
  const reported = report !== 'exit';
  if (reported && !names.includes('report')) {
    const hint =
      'Have the report written to {{report}}: what a program prints may end up on standard output.';
    add('command', 'This suite does not write its report where only it can.', hint);
  }
  if (!reported && names.includes('report')) {
    add('command', 'An exit status is no report that is written.', 'Name the format at `report`.');
  }
  for (const [key, ids] of Object.entries({ cases, mustFail }) as ['cases' | 'mustFail', string[]?][]) {
    if (reported && !ids) add('report', `Without \`${key}\` this report proves nothing.`, needed[key]);
    if (!reported && ids) add(key, 'An exit status tells of no cases.', 'Choose another `report`.', true);
  }
  const ids = [...(cases ?? []), ...(mustFail ?? [])];
  if (new Set(ids).size < ids.length) {
    add('cases', 'A case is listed twice.', 'Every case has one id and one right outcome.');
  }
  if (
    inputs?.some((pattern) => pattern.startsWith('!') || pattern.startsWith('/') || pattern.includes('..'))
  ) {
    add('inputs', 'A pattern is not one of paths below `files`.', 'Write it as in `cases/**/*.toml`.');
  }
  return problems;
}

const needed = {
  cases:
    'List the id of each case as it is reported: one that is missing then fails, and so does one too many.',
  mustFail:
    'Plant a case in the suite that no right program passes and list its id: where it passes, the report was forged.',
};
