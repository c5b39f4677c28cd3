import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../shared/errors';

const ending = /\.scenario\.ya?ml$/;
const maxBytes = 1024 * 1024;

export interface ScenarioFile {
  /** Relative to the folder, with `/`. */
  file: string;
  text: string;
}

/**
 * The scenario files below a folder, in the order of their names. Links are not followed.
 * @throws FactoryError 'bad-input' when the folder cannot be read, holds none, or one is larger than 1 MiB
 */
export async function readScenarioFolder(folder: string): Promise<ScenarioFile[]> {
  const entries = await listed(folder);
  const files = entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) {
    throw new FactoryError('bad-input', `The folder ${folder} holds no scenarios.`, {
      hint: 'Scenario files end in .scenario.yaml.',
    });
  }
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      if (content.length > maxBytes) {
        throw new FactoryError('bad-input', `The scenario file ${file} is larger than 1 MiB.`, {
          hint: 'Split it, or make its data smaller.',
        });
      }
      return { file: path.relative(folder, file).replaceAll(path.sep, '/'), text: content.toString('utf8') };
    }),
  );
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new FactoryError('bad-input', `The scenario folder ${folder} could not be read.`, {
      hint: 'Check the path.',
      cause: error,
    });
  }
}
