import type { Spec } from '../shared/spec';
import type { TwinHandle } from '../twins/types';

/** The spec's environment with its `{{twin.<name>.*}}` placeholders filled in; `\{{` stands for itself. */
export function resolveEnv(spec: Spec, twins: readonly TwinHandle[]): Record<string, string> {
  const values = new Map(
    twins.flatMap((twin) =>
      Object.entries(twin.values).map(([key, value]) => [`twin.${twin.name}.${key}`, value]),
    ),
  );
  const fill = (text: string): string =>
    text.replace(/\\\{\{|\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string | undefined) =>
      name === undefined ? '{{' : (values.get(name) ?? whole),
    );
  return Object.fromEntries(Object.entries(spec.env).map(([name, text]) => [name, fill(text)]));
}
