export type Path = readonly PropertyKey[];

/** A problem at a place of the document, before it has a line. Its sentences never quote the document. */
export interface Misuse {
  path: Path;
  /** True when the key at the path is at fault, not its value. */
  atKey?: boolean;
  message: string;
  hint: string;
}
