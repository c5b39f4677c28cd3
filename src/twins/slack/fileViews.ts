import type { SlackFile, SlackState, SlackTwin } from './state';

/** Type, name of the type and media type by the end of a file's name; the commonest only, everything else is binary. */
const types: Readonly<Record<string, readonly [string, string]>> = {
  csv: ['CSV', 'text/csv'],
  gif: ['GIF', 'image/gif'],
  html: ['HTML', 'text/html'],
  jpg: ['JPEG', 'image/jpeg'],
  js: ['JavaScript', 'text/plain'],
  json: ['JSON', 'application/json'],
  md: ['Markdown', 'text/markdown'],
  pdf: ['PDF', 'application/pdf'],
  png: ['PNG', 'image/png'],
  py: ['Python', 'text/plain'],
  svg: ['SVG', 'image/svg+xml'],
  ts: ['TypeScript', 'text/plain'],
  txt: ['Plain Text', 'text/plain'],
  xml: ['XML', 'application/xml'],
  zip: ['Zip', 'application/zip'],
};

export function typeOf(name: string): { filetype: string; pretty: string; mimetype: string } {
  const end = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const filetype = end === 'jpeg' ? 'jpg' : end;
  const known = Object.hasOwn(types, filetype) ? types[filetype] : undefined;
  if (!known) return { filetype: 'binary', pretty: 'Binary', mimetype: 'application/octet-stream' };
  return { filetype: filetype === 'txt' ? 'text' : filetype, pretty: known[0], mimetype: known[1] };
}

/** Where a file was shared, by kind of conversation and conversation. */
function sharesOf(state: SlackState, file: SlackFile): Record<string, Record<string, unknown[]>> {
  const shares: Record<string, Record<string, unknown[]>> = {};
  for (const { channel: id, ts } of file.shares) {
    const channel = state.channels.find((candidate) => candidate.id === id);
    const kind = channel?.is_private ? 'private' : 'public';
    const inKind = (shares[kind] ??= {});
    const share = {
      reply_users: [],
      reply_users_count: 0,
      reply_count: 0,
      ts,
      channel_name: channel?.name ?? '',
      team_id: state.team.id,
      share_user_id: file.user,
    };
    (inKind[id] ??= []).push(share);
  }
  return shares;
}

/** The conversations of one kind in which a file was shared. */
function placesOf(state: SlackState, file: SlackFile, kind: 'channels' | 'groups' | 'ims'): string[] {
  const ids = [...new Set(file.shares.map(({ channel }) => channel))];
  return ids.filter((id) => {
    const channel = state.channels.find((candidate) => candidate.id === id);
    if (channel?.is_im) return kind === 'ims';
    return channel?.is_private ? kind === 'groups' : kind === 'channels';
  });
}

/** Where the file itself is served, on the team's own host. */
export function filePath({ team }: SlackState, file: SlackFile): string {
  return `/files-pri/${team.id}-${file.id}/${encodeURIComponent(file.name)}`;
}

/** A file as Slack shows it; its private addresses lead to the twin. */
export function viewFile({ state, origin }: SlackTwin, file: SlackFile): Record<string, unknown> {
  const { filetype, pretty, mimetype } = typeOf(file.name);
  const base = `https://${state.team.domain}.slack.com/files/${file.user}/${file.id}`;
  const name = encodeURIComponent(file.name);
  const path = filePath(state, file);
  const channels = placesOf(state, file, 'channels');
  return {
    id: file.id,
    created: file.created ?? 0,
    timestamp: file.created ?? 0,
    name: file.name,
    title: file.title ?? file.name,
    mimetype: file.mimetype ?? mimetype,
    filetype: file.snippet_type ?? filetype,
    pretty_type: pretty,
    user: file.user,
    user_team: state.team.id,
    editable: file.snippet_type !== undefined,
    size: file.size,
    mode: file.snippet_type === undefined ? 'hosted' : 'snippet',
    is_external: false,
    external_type: '',
    is_public: channels.length > 0,
    public_url_shared: file.public_secret !== undefined,
    display_as_bot: false,
    username: '',
    url_private: `${origin}${path}`,
    url_private_download: `${origin}${path.replace(/\/([^/]*)$/, '/download/$1')}`,
    permalink: `${base}/${name}`,
    permalink_public: `https://slack-files.com/${state.team.id}-${file.id}-${file.public_secret ?? 'private'}`,
    comments_count: 0,
    is_starred: false,
    shares: sharesOf(state, file),
    channels,
    groups: placesOf(state, file, 'groups'),
    ims: placesOf(state, file, 'ims'),
    has_rich_preview: false,
    file_access: 'visible',
    alt_txt: file.alt_txt,
  };
}
