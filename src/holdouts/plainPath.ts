/** Whether a path of a scenario stays below the folder it is relative to, and out of `.git`. */
export function isPlainPath(path: string): boolean {
  if (path.includes('\0') || path.includes('\\') || path.length > 500) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}
