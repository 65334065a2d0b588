/** Names from RFC 7643 and RFC 7644. They are defined again here, because the conformance tests share no code with Tanhua's SCIM server. */
export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const message = (name: string): string => `urn:ietf:params:scim:api:messages:2.0:${name}`;
export const LIST_RESPONSE = message('ListResponse');
export const SEARCH_REQUEST = message('SearchRequest');
export const PATCH_OPERATION = message('PatchOp');
export const BULK_REQUEST = message('BulkRequest');
export const BULK_RESPONSE = message('BulkResponse');
export const ERROR_RESPONSE = message('Error');

export const SCIM_JSON = 'application/scim+json';
