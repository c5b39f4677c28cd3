/** What a person is told about imported files without a canary of their own; empty when there are none. */
export function unmarkedSentence(files: readonly string[]): string {
  if (files.length === 0) return '';
  return `Without a canary of their own: ${files.join(', ')}. Write {{canary.email}}, {{canary.id}} or the like where any value will do, and a leak will show.`;
}
