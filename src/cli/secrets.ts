/** Variables that hold keys. */
export const secretNames = ['ANTHROPIC_API_KEY', 'DARK_FACTORY_VAULT_KEY'] as const;

/**
 * Keys that were given in the environment. Taking them removes them from it before anything is started, so that no
 * program of ours, of a toolchain or of the machine inherits them.
 */
const taken = new Map(
  secretNames.map((name) => {
    const value = process.env[name];
    delete process.env[name];
    return [name, value];
  }),
);

/** A key from the environment of this process, if it was given. */
export function secretOf(name: (typeof secretNames)[number]): string | undefined {
  return taken.get(name);
}
