/** The rows with these ids, in the order of the ids; ids of rows that went are left out. */
export function rowsBy<T extends { id: string }>(rows: readonly T[], ids: readonly string[]): T[] {
  return ids.flatMap((wanted) => rows.find(({ id }) => id === wanted) ?? []);
}
