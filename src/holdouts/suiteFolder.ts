import { lstat, readFile, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isPlainPath } from './plainPath';
import { parseScenario, type ScenarioProblem } from './scenario';
import type { ScenarioFile } from './scenarioFolder';
import { relayFolder, type SuiteFile, type SuiteFiles } from './suiteFiles';

const mostBytes = 8 * 1024 ** 2;
const mostFiles = 4000;

/** The same scenarios, those with a suite together with its files or with what is wrong with them. */
export function withSuites(folder: string, files: readonly ScenarioFile[]): Promise<ScenarioFile[]> {
  return Promise.all(
    files.map(async (one) => {
      const read = parseScenario(one.text);
      const name = 'scenario' in read ? read.scenario.suite?.files : undefined;
      if (name === undefined) return one;
      return { ...one, suite: await readSuite(folder, path.posix.join(path.posix.dirname(one.file), name)) };
    }),
  );
}

async function readSuite(
  folder: string,
  name: string,
): Promise<{ files: SuiteFiles } | { problem: ScenarioProblem }> {
  const root = path.join(await realpath(folder), name);
  // A folder behind a link could be anything on the machine.
  const real = await realpath(root).catch(() => undefined);
  if (real !== root || !(await lstat(root)).isDirectory()) {
    return wrong(
      'There is no folder of that name beside the scenario.',
      'Write the path of a folder, no link.',
    );
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  if (entries.some((entry) => !entry.isFile() && !entry.isDirectory())) {
    return wrong(
      'The suite holds links, or other things that are no files.',
      'Replace them by what they stand for.',
    );
  }
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const files: Record<string, SuiteFile> = {};
  let bytes = 0;
  for (const file of found.sort()) {
    const relative = path.relative(root, file);
    if (!isPlainPath(relative) || relative.split('/')[0] === relayFolder) {
      return wrong(
        `The suite has a file below \`.git\` or \`${relayFolder}\`, or one with an odd name.`,
        'Leave it out.',
      );
    }
    const info = await lstat(file);
    bytes += info.size;
    if (bytes > mostBytes || found.length > mostFiles) {
      return wrong(
        `The suite is larger than ${String(mostBytes / 1024 ** 2)} MiB, or has more than ${String(mostFiles)} files.`,
        'Leave out what is installed or built, or split it.',
      );
    }
    const data = (await readFile(file)).toString('base64');
    files[relative] = { data, ...((info.mode & 0o100) === 0 ? {} : { executable: true }) };
  }
  return found.length > 0 ? { files } : wrong('The folder of the suite is empty.', 'Put the tests into it.');
}

function wrong(message: string, hint: string): { problem: ScenarioProblem } {
  return { problem: { line: 1, column: 1, message, hint } };
}
