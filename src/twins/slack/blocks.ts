import { isRecord } from '../../shared/records';
import { refuse } from './refusal';

const blockTypes = new Set(
  'actions call context context_actions divider file header image input markdown rich_text section table video'.split(
    ' ',
  ),
);
const maxBlocks = 50;

const nameOf = (type: unknown): string => (typeof type === 'string' ? type : JSON.stringify(type));

/** Problems of a text object, in Slack's words. */
function problemsOfText(text: unknown, pointer: string, types: readonly string[], max: number): string[] {
  if (!isRecord(text)) return [`must provide an object [json-pointer:${pointer}]`];
  const { type, text: words } = text;
  if (typeof type !== 'string' || !types.includes(type)) {
    return [`unsupported type: ${nameOf(type)} [json-pointer:${pointer}/type]`];
  }
  if (typeof words !== 'string') return [`missing required field: text [json-pointer:${pointer}]`];
  if (words.length === 0) return [`must be more than 0 characters [json-pointer:${pointer}/text]`];
  if (words.length > max) return [`must be less than ${max + 1} characters [json-pointer:${pointer}/text]`];
  return [];
}

function problemsOfSection(block: Record<string, unknown>, pointer: string): string[] {
  const types = ['mrkdwn', 'plain_text'];
  const { text, fields } = block;
  if (text === undefined && fields === undefined) {
    return [`missing required field: text [json-pointer:${pointer}]`];
  }
  if (fields !== undefined && !Array.isArray(fields)) {
    return [`must provide an array [json-pointer:${pointer}/fields]`];
  }
  const items: unknown[] = fields ?? [];
  if (items.length > 10) return [`no more than 10 items allowed [json-pointer:${pointer}/fields]`];
  return [
    ...(text === undefined ? [] : problemsOfText(text, `${pointer}/text`, types, 3000)),
    ...items.flatMap((field, index) => problemsOfText(field, `${pointer}/fields/${index}`, types, 2000)),
  ];
}

function problemsOfBlock(block: unknown, pointer: string): string[] {
  if (!isRecord(block)) return [`must provide an object [json-pointer:${pointer}]`];
  const { type } = block;
  if (type === undefined) return [`missing required field: type [json-pointer:${pointer}]`];
  if (typeof type !== 'string' || !blockTypes.has(type)) {
    return [`unsupported type: ${nameOf(type)} [json-pointer:${pointer}/type]`];
  }
  if (type === 'header') return problemsOfText(block['text'], `${pointer}/text`, ['plain_text'], 150);
  return type === 'section' ? problemsOfSection(block, pointer) : [];
}

/** The blocks of a message or view, or undefined when there are none; refuses what Block Kit refuses. */
export function readBlocks(
  value: unknown,
  { max, pointer } = { max: maxBlocks, pointer: '/blocks' },
): unknown[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) refuse('invalid_blocks_format');
  const blocks: unknown[] = value;
  const problems =
    blocks.length > max
      ? [`no more than ${max} items allowed [json-pointer:${pointer}]`]
      : blocks.flatMap((block, index) => problemsOfBlock(block, `${pointer}/${index}`));
  if (problems.length > 0) {
    refuse('invalid_blocks', { messages: problems.map((problem) => `[ERROR] ${problem}`) });
  }
  return blocks.length > 0 ? blocks : undefined;
}
