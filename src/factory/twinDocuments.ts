import { FactoryError } from '../shared/errors';
import type { Spec } from '../shared/spec';
import { twinDocument } from '../shared/twinNames';
import { packDocument } from '../twins/openapi/pack';
import type { TwinDocument } from '../twins/types';
import { readFileAt } from '../workspace/commits';
import type { FactoryRepo } from '../workspace/repository';

/**
 * The documents that twins of the spec are made from, as they were when the run began; no agent's change of one matters.
 * @throws FactoryError 'bad-input' when one is not there, or no OpenAPI document
 */
export async function readDocuments(repo: FactoryRepo, spec: Spec): Promise<Record<string, TwinDocument>> {
  const documents: Record<string, TwinDocument> = {};
  for (const name of spec.twins) {
    const file = twinDocument(name);
    if (file === undefined) continue;
    const text = await readFileAt(repo, repo.snapshot, file);
    if (text === undefined) {
      throw new FactoryError(
        'bad-input',
        `${spec.path}: the twin "${name}" is made from a file that is not there.`,
        {
          hint: `Write the path of an OpenAPI document from the workspace's root, and do not leave it to .gitignore.`,
        },
      );
    }
    documents[name] = packDocument(text, file);
  }
  return documents;
}
