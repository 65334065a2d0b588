/** An optional feature. A server that lacks it says so in its discovery endpoints or with status 501 (RFC 7644 §3.12). */
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

/** A feature, or an attribute that /Schemas lists, such as `User.title`. */
export type Need = Feature | `User.${string}` | `Group.${string}`;
