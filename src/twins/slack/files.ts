import { randomBytes } from 'node:crypto';
import { readBlocks } from './blocks';
import { findChannel, findUser, isMember, kindOf, secondsOf, type Call, type Handler } from './call';
import { findThread } from './chat';
import { emit } from './events';
import { viewFile } from './fileViews';
import { pageOf } from './pageNumbers';
import { addMessage, appMark } from './posting';
import { refuse, refuseArguments } from './refusal';
import { textArg } from './request';
import { newId, type Channel, type SlackFile, type SlackState, type User } from './state';

/** Bytes of one uploaded file. */
export const maxFile = 8 * 1024 * 1024;
/** Bytes of all files together; a program must not fill the machine's memory. */
const maxStorage = 64 * 1024 * 1024;
const maxAlt = 1_000;

/** Whether somebody may see a file: its owner, and whoever is where it was shared. */
export function seesFile(state: SlackState, file: SlackFile, user: User): boolean {
  return (
    file.user === user.id ||
    file.shares.some(({ channel }) => {
      const place = state.channels.find(({ id }) => id === channel);
      return place && (kindOf(place) === 'public_channel' || isMember(place, user));
    })
  );
}

function findFile({ state, caller }: Call, id: unknown): SlackFile {
  const file = state.files.find((candidate) => candidate.id === id && candidate.complete);
  return file && seesFile(state, file, caller.user) ? file : refuse('file_not_found');
}

export const getUploadUrl: Handler = ({ twin, state, args, caller, now }) => {
  const { length } = args;
  const name = textArg(args, 'filename') || refuseArguments('filename must be more than 0 characters');
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 1) {
    refuseArguments('length must be more than 0');
  }
  if (length > maxFile) refuse('file_upload_size_restricted');
  const stored = state.files.reduce((sum, file) => sum + file.size, 0);
  if (stored + length > maxStorage) refuse('storage_limit_reached');
  const alt = textArg(args, 'alt_txt');
  if (alt !== undefined && alt.length > maxAlt) refuse('alt_txt_too_large');
  const snippet = textArg(args, 'snippet_type');
  const file: SlackFile = {
    id: newId(state, 'F', state.files),
    name,
    user: caller.user.id,
    created: secondsOf(now),
    size: length,
    shares: [],
    complete: false,
    upload: randomBytes(24).toString('base64url'),
    ...(alt === undefined ? {} : { alt_txt: alt }),
    ...(snippet === undefined ? {} : { snippet_type: snippet }),
  };
  state.files.push(file);
  return { upload_url: `${twin.origin}/upload/v1/${file.upload}`, file_id: file.id };
};

/** The files named, which must be this caller's, uploaded and not completed yet. */
function readFiles({ state, args, caller }: Call): { file: SlackFile; title: string | undefined }[] {
  const { files } = args;
  const listed: unknown[] = Array.isArray(files) ? files : refuseArguments('files must be a list of files');
  if (listed.length === 0) refuseArguments('no items in files');
  return listed.map((entry) => {
    const { id, title } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
      string,
      unknown
    >;
    const file = state.files.find((candidate) => candidate.id === id && !candidate.complete);
    if (!file || file.user !== caller.user.id || file.content === undefined) refuse('file_not_found');
    return { file, title: typeof title === 'string' ? title : undefined };
  });
}

function placesOf(call: Call): Channel[] {
  const one = textArg(call.args, 'channel_id');
  const ids = one ? [one] : ((call.args['channels'] as string[] | undefined) ?? []);
  return ids.map((id) => {
    const channel = findChannel(call, id);
    if (channel.is_archived) refuse('posting_to_channel_denied');
    return isMember(channel, call.caller.user) ? channel : refuse('not_in_channel');
  });
}

function share(call: Call, channel: Channel, files: readonly SlackFile[], thread: string | undefined): void {
  const { twin, args, caller } = call;
  const blocks = readBlocks(args['blocks']);
  const message = addMessage(twin, channel, caller.user, {
    subtype: 'file_share',
    text: textArg(args, 'initial_comment') ?? '',
    ...(blocks ? { blocks } : {}),
    ...appMark(twin, caller.user),
    files: files.map(({ id }) => id),
    ...(thread ? { thread_ts: thread } : {}),
  });
  for (const file of files) {
    file.shares.push({ channel: channel.id, ts: message.ts });
    const { id } = file;
    const event = {
      file_id: id,
      user_id: caller.user.id,
      file: { id },
      channel_id: channel.id,
      event_ts: message.ts,
    };
    emit(twin, 'file_shared', event, channel);
  }
}

export const completeUpload: Handler = (call) => {
  const { twin, caller } = call;
  const listed = readFiles(call);
  const channels = placesOf(call);
  const [only] = channels;
  const thread = only ? findThread(call, only.id) : undefined;
  readBlocks(call.args['blocks']);
  for (const { file, title } of listed) {
    file.complete = true;
    delete file.upload;
    if (title !== undefined) file.title = title;
    emit(twin, 'file_created', { file_id: file.id, user_id: caller.user.id, file: { id: file.id } });
  }
  const files = listed.map(({ file }) => file);
  for (const channel of channels) share(call, channel, files, thread);
  return { files: files.map((file) => viewFile(twin, file)) };
};

export const info: Handler = (call) => {
  const file = findFile(call, textArg(call.args, 'file'));
  const { paging } = pageOf([], call.args, 100);
  return { file: viewFile(call.twin, file), comments: [], response_metadata: { next_cursor: '' }, paging };
};

export const list: Handler = (call) => {
  const { twin, state, args, caller } = call;
  const user = textArg(args, 'user');
  if (user !== undefined) findUser(state, user);
  const channel = textArg(args, 'channel');
  const from = Number(textArg(args, 'ts_from') ?? 0);
  const to = Number(textArg(args, 'ts_to') ?? Infinity);
  const found = state.files.filter(
    (file) =>
      file.complete &&
      seesFile(state, file, caller.user) &&
      (user === undefined || file.user === user) &&
      (channel === undefined || file.shares.some((each) => each.channel === channel)) &&
      (file.created ?? 0) >= from &&
      (file.created ?? 0) <= to,
  );
  const { items, paging } = pageOf(found.reverse(), args, 100);
  return { files: items.map((file) => viewFile(twin, file)), paging };
};

export const remove: Handler = (call) => {
  const { twin, state, caller } = call;
  const file = findFile(call, textArg(call.args, 'file'));
  if (file.user !== caller.user.id && !caller.user.is_admin) refuse('cant_delete_file');
  state.files.splice(state.files.indexOf(file), 1);
  for (const message of state.messages) {
    if (message.files?.includes(file.id)) message.files = message.files.filter((id) => id !== file.id);
  }
  emit(twin, 'file_deleted', { file_id: file.id });
  return {};
};

export const sharePublicly: Handler = (call) => {
  const { twin, caller } = call;
  const file = findFile(call, textArg(call.args, 'file'));
  file.public_secret ??= randomBytes(5).toString('hex');
  emit(twin, 'file_public', { file_id: file.id, user_id: caller.user.id, file: { id: file.id } });
  return { file: viewFile(twin, file), comments: [] };
};

export const revokePublic: Handler = (call) => {
  const file = findFile(call, textArg(call.args, 'file'));
  delete file.public_secret;
  return { file: viewFile(call.twin, file), comments: [] };
};
