import type { ManifestStore } from './manifestStore';

/** How far the journal of a run had come. */
export interface Head {
  run: string;
  /** Number and hash of its last event. */
  seq: number;
  hash: string;
}

/** Remembers heads of journals where whoever rewrites a journal does not reach. */
export interface Witness {
  witness(head: Head): Promise<void>;
  /** The head last seen of a run, as of the last operation. */
  witnessed(run: string): Head | undefined;
  /** For a run that begins and has the id of one that is gone. */
  forget(run: string): Promise<void>;
}

/** Runs older than this many others are not resumed any more. */
const kept = 200;

/**
 * The witness that a manifest is.
 * @param scope goes before the names of runs, where those of several workspaces are in one manifest
 */
export function witnessOf(manifests: ManifestStore, scope = ''): Witness {
  const scoped = (run: string) => `${scope}${run}`;
  const change = (next: (heads: readonly Head[]) => Head[]) =>
    manifests.change((manifest) =>
      Promise.resolve({ manifest: { ...manifest, heads: next(manifest.heads) }, result: undefined }),
    );
  return {
    witness: (head) => {
      const own = { ...head, run: scoped(head.run) };
      return change((heads) => [...heads.filter(({ run }) => run !== own.run), own].slice(-kept));
    },
    witnessed(wanted) {
      const head = manifests.state.heads.find(({ run }) => run === scoped(wanted));
      return head && { ...head, run: wanted };
    },
    forget: (wanted) => change((heads) => heads.filter(({ run }) => run !== scoped(wanted))),
  };
}
