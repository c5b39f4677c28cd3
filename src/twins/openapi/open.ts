import { FactoryError } from '../../shared/errors';
import { plainTwinName } from '../../shared/twinNames';
import type { TwinOptions } from '../contract';
import type { openService, OpenedTwin } from '../services';
import { readModel } from './model';
import type { Node } from './node';
import { openApiService } from './service';

/**
 * Opens the twin that a packed document describes.
 * @throws FactoryError 'bad-input' without a document, and for a bad seed or fault
 */
export function openDocument(
  name: string,
  file: string,
  options: TwinOptions,
  open: typeof openService,
): OpenedTwin {
  if (options.document === undefined) {
    throw new FactoryError('bad-input', `The twin of ${file} was started without that document.`, {
      hint: 'Start it with `dark-factory twin openapi:FILE`, or name it in the spec.',
    });
  }
  const model = readModel(JSON.parse(options.document) as Node);
  return open(openApiService(plainTwinName(name), model), options);
}
