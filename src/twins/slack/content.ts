import { readBlocks } from './blocks';
import { refuse } from './refusal';
import { textArg, type Args } from './request';

/** Longer text is cut when it is posted. */
const maxPosted = 40_000;
const maxMarkdown = 12_000;
const maxAttachments = 100;

export interface Content {
  text: string;
  blocks?: unknown[];
  attachments?: unknown[];
}

function readAttachments(value: unknown): unknown[] | undefined {
  if (value === undefined) return undefined;
  const attachments: unknown[] = Array.isArray(value) ? value : refuse('invalid_attachments');
  if (attachments.length > maxAttachments) refuse('too_many_attachments');
  return attachments.length > 0 ? attachments : undefined;
}

/** What a message says; text, blocks or attachments must be there. */
export function readContent(args: Args, warn: (name: string) => void): Content {
  const markdown = textArg(args, 'markdown_text');
  if (markdown !== undefined && (args['text'] !== undefined || args['blocks'] !== undefined)) {
    refuse('markdown_text_conflict');
  }
  if (markdown !== undefined && markdown.length > maxMarkdown) refuse('msg_too_long');
  const text = markdown ?? textArg(args, 'text') ?? '';
  const blocks = readBlocks(args['blocks']);
  const attachments = readAttachments(args['attachments']);
  if (text === '' && !blocks && !attachments) refuse('no_text');
  if (text.length > maxPosted) warn('message_truncated');
  return {
    text: text.slice(0, maxPosted),
    ...(blocks ? { blocks } : {}),
    ...(attachments ? { attachments } : {}),
  };
}
