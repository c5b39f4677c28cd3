import { diffLines } from 'diff';

/** A line of a diff; `sign` is what a patch would show. */
export interface DiffLine {
  sign: ' ' | '+' | '-';
  text: string;
}

/** One piece of the inspector. */
export type DetailBlock =
  | { kind: 'text' | 'thinking' | 'output'; text: string; /** Characters that are not shown. */ cut: number }
  /** Name of a call or command with what it was about; `span` when it has details of its own. */
  | { kind: 'heading'; name: string; text: string; span?: string }
  | { kind: 'diff'; lines: DiffLine[]; cut: number }
  | { kind: 'facts'; rows: [string, string][] };

/** A finished tool call; `input` is JSON. */
export interface CallData {
  span: string;
  name: string;
  summary: string;
  ok: boolean;
  exit: number | null;
  input: string;
  output: string;
}

/** Longest text and longest diff shown in the inspector; the whole opens as a document. */
const longestText = 20_000;
const longestDiff = 400;

export function textBlock(kind: 'text' | 'thinking' | 'output', text: string): DetailBlock {
  return { kind, text: text.slice(0, longestText), cut: Math.max(0, text.length - longestText) };
}

/** The blocks of an assistant message (JSON), each call with its input and output. */
export function messageBlocks(message: string, calls: ReadonlyMap<string, CallData>): DetailBlock[] {
  const content = fieldsOf(parseJson(message))['content'];
  if (!Array.isArray(content)) return message === '' ? [] : [textBlock('text', message)];
  return content.flatMap((item: unknown): DetailBlock[] => {
    const block = fieldsOf(item);
    switch (block['type']) {
      case 'text':
        return [textBlock('text', textOf(block['text']))];
      case 'thinking':
        return block['thinking'] ? [textBlock('thinking', textOf(block['thinking']))] : [];
      case 'redacted_thinking':
        return [textBlock('thinking', 'The model kept this part of its thinking to itself.')];
      case 'tool_use':
        return toolUseBlocks(block, calls.get(textOf(block['id'])));
      default:
        return [textBlock('output', JSON.stringify(item, null, 2))];
    }
  });
}

function toolUseBlocks(block: Record<string, unknown>, call: CallData | undefined): DetailBlock[] {
  if (call) return callBlocks(call);
  const name = textOf(block['name']);
  const input = JSON.stringify(block['input'], null, 2);
  return [{ kind: 'heading', name, text: 'no result yet' }, ...inputBlocks(name, input)];
}

/** One tool call: what it was, its change or input, its output. */
export function callBlocks({ span, name, summary, ok, exit, input, output }: CallData): DetailBlock[] {
  const result = exit !== null ? ` · exit ${String(exit)}` : ok ? '' : ' · failed';
  const heading: DetailBlock = { kind: 'heading', name, text: summary + result, span };
  // A change that worked says nothing more than the change itself.
  const silent = output === '' || (ok && (name === 'edit' || name === 'write'));
  return [heading, ...inputBlocks(name, input), ...(silent ? [] : [textBlock('output', output)])];
}

function inputBlocks(name: string, input: string): DetailBlock[] {
  const fields = fieldsOf(parseJson(input));
  if (Object.keys(fields).length === 0) return [];
  if (name === 'edit') return [diffBlock(textOf(fields['old_string']), textOf(fields['new_string']))];
  if (name === 'write') return [diffBlock('', textOf(fields['content']))];
  if (name === 'bash') return [textBlock('output', `$ ${textOf(fields['command'])}`)];
  return [{ kind: 'facts', rows: Object.entries(fields).map(([key, value]) => [key, textOf(value)]) }];
}

function diffBlock(before: string, after: string): DetailBlock {
  const lines = diffLines(before, after).flatMap(({ value, added, removed }): DiffLine[] => {
    const sign = added ? '+' : removed ? '-' : ' ';
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ sign, text }));
  });
  return { kind: 'diff', lines: lines.slice(0, longestDiff), cut: Math.max(0, lines.length - longestDiff) };
}

/** The value of a JSON text, or null: what a model wrote need not be JSON, and a cut text is not. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
