import type { Spec } from '../shared/spec';
import type { TwinHandle } from '../twins/types';

/**
 * The spec's environment with its placeholders filled in: `{{twin.<name>.*}}`, and `services` by their full names;
 * `\{{` stands for itself.
 */
export function resolveEnv(
  spec: Spec,
  twins: readonly TwinHandle[],
  services: Readonly<Record<string, string>>,
): Record<string, string> {
  const ofTwins = twins.flatMap((twin) =>
    Object.entries(twin.values).map(([key, value]) => [`twin.${twin.name}.${key}`, value] as const),
  );
  const values = new Map([...ofTwins, ...Object.entries(services)]);
  const fill = (text: string): string =>
    text.replace(/\\\{\{|\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string | undefined) =>
      name === undefined ? '{{' : (values.get(name) ?? whole),
    );
  return Object.fromEntries(Object.entries(spec.env).map(([name, text]) => [name, fill(text)]));
}
