import { FactoryError } from '../../shared/errors';
import { plainTwinName } from '../../shared/twinNames';
import type { Service, TwinOptions } from '../contract';
import { readModel } from './model';
import type { Node } from './node';
import { openApiService } from './service';
import type { ApiState } from './state';

/**
 * The service that a packed document describes.
 * @throws FactoryError 'bad-input' without a document
 */
export function documentService(
  name: string,
  file: string,
  { document }: TwinOptions,
): Service<ApiState, ApiState> {
  if (document === undefined) {
    throw new FactoryError('bad-input', `The twin of ${file} was started without that document.`, {
      hint: 'Start it with `dark-factory twin openapi:FILE`, or name it in the spec.',
    });
  }
  const model = readModel(JSON.parse(document) as Node);
  return openApiService(plainTwinName(name), model);
}
