/** What a server may leave out, and says so in its discovery endpoints, or by 501 (RFC 7644 §3.12). */
export type Feature =
  | 'patch'
  | 'bulk'
  | 'filter'
  | 'sort'
  | 'etag'
  | 'cursor'
  | 'index'
  | 'search'
  | 'rootQuery'
  | 'groups'
  | 'enterprise';

/** A feature, or an attribute that /Schemas lists. */
export type Need = Feature | `User.${string}` | `Group.${string}`;
