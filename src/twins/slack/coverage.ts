/** What the generated coverage page says of the Slack twin beside its tables. */

/** Items of the conformance list, or details of them, that no document or client of Slack's confirms. */
export const unconfirmed: readonly { item: string; what: string }[] = [
  {
    item: 'S06',
    what: 'not_allowed_token_type for both directions; the code is documented, its use here is not',
  },
  { item: 'S13', what: 'the warning superfluous_charset' },
  { item: 'S14', what: 'the codes invalid_json and json_not_object' },
  { item: 'S20', what: 'a limit of exactly 1,000 is refused' },
  {
    item: 'S22',
    what: 'a burst of 20 messages in one channel, and exactly the documented minimum of each tier',
  },
  { item: 'S29', what: 'cannot_reply_to_message for the lines about joins and topics' },
  {
    item: 'S34',
    what: 'what the authorization page shows for a wrong client or redirect address: HTTP 400 and a page',
  },
  { item: 'S35', what: 'a refresh ends the old access token at once' },
  { item: 'S36', what: 'the first retry comes after one second (documented: nearly immediately)' },
  {
    item: 'S38',
    what: 'the eleventh connection hears too_many_websockets; a used ticket is closed with code 1008',
  },
  { item: 'webhooks', what: 'texts and statuses of refusals, 429 after 20 messages at once' },
  { item: 'response_url', what: 'JSON answers with used_url and expired_url' },
];

/** Where the twin is knowingly unlike Slack. */
export const differences: readonly { what: string; why: string }[] = [
  {
    what: 'one workspace, one app, no Enterprise organization, no Slack Connect',
    why: 'a twin is one isolated copy',
  },
  {
    what: 'the person who installs the app allows it at once',
    why: 'there is nobody to click; the seed can have them cancel',
  },
  {
    what: 'an event is told to connected programs or to the Request URL, never to both',
    why: 'Slack has a switch, a twin sees who is there',
  },
  { what: 'a seeded Request URL counts as verified', why: 'a seed describes an app that is set up already' },
  { what: 'messages of people have no rich_text blocks', why: 'they are not typed in Slack’s editor' },
  {
    what: 'installing again gives a further token',
    why: 'earlier ones keep working, as programs may hold them',
  },
  { what: 'files carry no thumbnails', why: 'nothing is rendered' },
  {
    what: 'addresses of uploads, files, answers and sockets are the twin’s own',
    why: 'clients must reach them without a redirect layer',
  },
  {
    what: 'search finds words as parts of words and sorts by time',
    why: 'Slack’s ranking is not documented',
  },
];

/** Codes the twin can answer by itself; faults can ask for any other. */
export const errors: readonly string[] = `
  access_denied account_inactive already_archived already_in_channel already_pinned already_reacted
  already_starred alt_txt_too_large bad_client_secret bad_handle bad_redirect_uri bad_timestamp
  bot_not_found cannot_add_bot cannot_add_others cannot_complete_others cannot_complete_recurring
  cannot_find_channel cannot_find_message cannot_parse cannot_reply_to_message cannot_unfurl_url
  cant_archive_general cant_delete_file cant_delete_message cant_invite_self cant_kick_from_general
  cant_kick_self cant_leave_general cant_update_message channel_is_archived channel_not_found
  client_id_token_mismatch description_too_long duplicate_external_id email_taken exchanged_trigger_id
  expired_trigger_id expired_url file_not_found file_upload_size_restricted forbidden_handle
  handle_already_exists hash_conflict internal_error invalid_arg_name invalid_arguments
  invalid_array_arg invalid_attachments invalid_auth invalid_blocks invalid_blocks_format
  invalid_bookmark_type invalid_channel invalid_channel_provided invalid_charset invalid_client_id
  invalid_code invalid_code_verifier invalid_cursor invalid_event_context invalid_form_data
  invalid_grant_type invalid_json invalid_limit invalid_link invalid_metadata_format
  invalid_metadata_schema invalid_name invalid_name_maxlength invalid_name_punctuation
  invalid_name_required invalid_name_specials invalid_payload invalid_post_type invalid_presence
  invalid_profile invalid_refresh_token invalid_scheduled_message_id invalid_thread_ts invalid_time
  invalid_timestamp invalid_token invalid_trigger_id invalid_ts_latest invalid_ts_oldest invalid_types
  invalid_unfurls_format invalid_users is_archived is_inactive json_not_object last_member
  markdown_text_conflict message_not_found method_not_supported_for_channel_type missing_argument
  missing_channel missing_duration missing_post_type missing_scope missing_subteam_name missing_ts
  missing_unfurls msg_too_long name_already_exists name_taken name_too_long no_item_specified no_pin
  no_query no_reaction no_service no_such_subteam no_text no_user no_users_provided not_admin
  not_allowed_token_type not_archived not_authed not_authorized not_found not_in_channel not_in_dnd
  not_pinnable not_starred oauth_authorization_url_mismatch pkce_not_allowed posting_to_channel_denied
  push_limit_reached rate_limited ratelimited restricted_too_many service_unavailable snooze_failed
  storage_limit_reached team_not_found thread_not_found time_in_past time_too_far
  token_already_exchanged token_expired token_revoked token_rotation_not_enabled too_long
  too_many_attachments too_many_bookmarks too_many_emoji too_many_pins too_many_reactions
  too_many_users unknown_method used_url user_disabled user_not_found user_not_in_channel
  users_list_not_supplied users_not_found view_too_large
`
  .trim()
  .split(/\s+/);
