const documentPrefix = 'openapi:';

/** The document a twin is made from, relative to the workspace: `api/pets.yaml` of `openapi:api/pets.yaml`. */
export function twinDocument(name: string): string | undefined {
  return name.startsWith(documentPrefix) ? name.slice(documentPrefix.length) : undefined;
}

/** What placeholders and scenarios call a twin of a spec: `slack` is `slack`, `openapi:api/pets.yaml` is `pets`. */
export function plainTwinName(name: string): string {
  const file = twinDocument(name);
  if (file === undefined) return name;
  const base = file.split('/').at(-1) ?? '';
  return base.replace(/\.(json|ya?ml)$/i, '').replace(/[^A-Za-z0-9_-]+/g, '-');
}
