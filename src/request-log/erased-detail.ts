import type { Kept, RequestDetail } from './logged-request.ts';
import type { Mentions } from './mentions.ts';

/**
 * Returns what remains of the details of a request when the user or the group with an id is permanently removed: nothing that names it
 * except the id, which its events have too.
 *
 * @example
 * erasedDetail({ path: '/scim/v2/Users/ann@contoso.example', body: 'whole', … }, '665f…'); // { path: '/scim/v2/Users', body: 'erased', … }
 */
export function erasedDetail(detail: RequestDetail, id: string): RequestDetail {
  const { query: _query, ignored: _ignored, references: _bulkIds, actor, answerHeaders = {}, ...others } = detail;
  const { 'x-ignored-attributes': _paths, ...kept } = answerHeaders;
  return {
    ...others,
    path: pathWithout(detail.path, id),
    actor: actor.type === 'user' ? { ...actor, name: actor.id ?? '' } : actor,
    answerHeaders: kept,
    body: erased(detail.body),
    answer: erased(detail.answer),
  };
}

/** True if the URL, a header, the sender or an ignored attribute of a request contains an identifier. */
export function mentionsAreIn(
  { path, query, headers, actor, ignored = [] }: RequestDetail,
  mentions: Mentions,
): boolean {
  if (mentions.areInUrl(path, query) || isSender(actor, mentions)) return true;
  return [...Object.values(headers), ...ignored.map((one) => one.path)].some((text) => mentions.areIn(text));
}

/** Returns what remains of the details of a request about something else that contains an identifier of a removed user. */
export function erasedMentions(detail: RequestDetail, mentions: Mentions): RequestDetail {
  const { query: _query, ignored: _ignored, path, headers, actor, answerHeaders = {}, ...others } = detail;
  const { 'x-ignored-attributes': _paths, ...kept } = answerHeaders;
  return {
    ...others,
    path: mentions.areInUrl(path, undefined) ? endpointOf(path) : path,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => !mentions.areIn(value))),
    actor: isSender(actor, mentions) ? { ...actor, name: actor.id ?? '' } : actor,
    answerHeaders: kept,
    body: erased(detail.body),
    answer: erased(detail.answer),
  };
}

function isSender({ type, id, name }: RequestDetail['actor'], mentions: Mentions): boolean {
  return type === 'user' && ((id !== null && mentions.areIn(id)) || mentions.areIn(name));
}

function erased(kept: Kept): Kept {
  return kept === 'none' ? 'none' : 'erased';
}

/** Keeps the endpoint, such as `/scim/v2/Users`, and the id. A client may have sent a name in the place of the id. */
function pathWithout(path: string, id: string): string {
  return path.endsWith(`/${id}`) ? path : endpointOf(path);
}

function endpointOf(path: string): string {
  return /^(?:\/scim\/v2)?\/(?:Users|Groups|Me|Bulk)\b/i.exec(path)?.[0] ?? '/scim/v2';
}
