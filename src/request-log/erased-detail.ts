import type { Kept, RequestDetail } from './logged-request.ts';

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

function erased(kept: Kept): Kept {
  return kept === 'none' ? 'none' : 'erased';
}

/** Keeps the endpoint, such as `/scim/v2/Users`, and the id. A client may have sent a name in the place of the id. */
function pathWithout(path: string, id: string): string {
  if (path.endsWith(`/${id}`)) return path;
  return /^(?:\/scim\/v2)?\/(?:Users|Groups|Me|Bulk)\b/i.exec(path)?.[0] ?? '/scim/v2';
}
