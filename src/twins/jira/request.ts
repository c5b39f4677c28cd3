import type { SentFile } from './call';
import { JiraRefusal } from './refusal';

export interface SentBody {
  /** Undefined when there is none. */
  body: unknown;
  files: SentFile[];
}

/** Levels of JSON; deeper values are no documents of anybody. */
const maxDepth = 200;

/** Whether a value has more levels than that; `limit` bounds the stack, too. */
function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((member) => isDeeper(member, limit - 1));
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
    if (isDeeper(body, maxDepth)) return { refused: new JiraRefusal(400, [unreadable]) };
    return { body, files: [] };
  } catch {
    return { refused: new JiraRefusal(400, [unreadable]) };
  }
}
