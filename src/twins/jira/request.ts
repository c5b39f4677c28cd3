import type { SentFile } from './call';
import { JiraRefusal } from './refusal';

export interface SentBody {
  /** Undefined when there is none. */
  body: unknown;
  files: SentFile[];
}

/** Levels of JSON; deeper values are no documents of anybody. */
const maxDepth = 200;

/**
 * Whether a value can be kept and given back as it is: not too deep, which bounds the stack of all that walk it, and
 * without what JSON or a URL cannot say again, such as 1e999, half a surrogate pair or a member named `__proto__`.
 */
function isSound(value: unknown, levels = maxDepth): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(
    ([name, member]) => name !== '__proto__' && name.isWellFormed() && isSound(member, levels - 1),
  );
}

const unreadable = 'There was an error parsing JSON. Check that your request body is valid.';

async function readFiles(request: Request): Promise<SentFile[]> {
  const files: SentFile[] = [];
  const form = await request.formData();
  for (const [name, value] of form) {
    if (name !== 'file' || typeof value === 'string') continue;
    files.push({
      filename: value.name,
      mimeType: value.type === '' ? 'application/octet-stream' : value.type,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return files;
}

/** Reads what a request brought: JSON, or the files of a form. */
export async function readBody(request: Request): Promise<SentBody | { refused: JiraRefusal }> {
  if (request.method === 'GET' || request.method === 'HEAD') return { body: undefined, files: [] };
  const type = request.headers.get('content-type') ?? '';
  if (/^multipart\/form-data/i.test(type)) {
    try {
      return { body: undefined, files: await readFiles(request) };
    } catch {
      return { refused: new JiraRefusal(400, ['The form of the request cannot be read.']) };
    }
  }
  const text = await request.text();
  if (text === '') return { body: undefined, files: [] };
  if (!/^application\/(json|[\w.+-]+\+json)\b/i.test(type))
    return { refused: new JiraRefusal(415, ['Unsupported Media Type']) };
  try {
    const body: unknown = JSON.parse(text);
    if (!isSound(body)) return { refused: new JiraRefusal(400, [unreadable]) };
    return { body, files: [] };
  } catch {
    return { refused: new JiraRefusal(400, [unreadable]) };
  }
}
