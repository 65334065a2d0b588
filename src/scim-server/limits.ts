/** The maximum size of a request body, in bytes. A group of 100,000 members with their names fits. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** The maximum number of operations in a bulk request (RFC 7644 §3.7.4). */
export const BULK_OPERATIONS_MAX = 1_000;
/** The default and the maximum number of resources on a page. */
export const COUNT_DEFAULT = 100;
export const COUNT_MAX = 1_000;
/** How long a cursor is valid, in seconds (RFC 9865 §4, cursorTimeout). */
export const CURSOR_TIMEOUT_SECONDS = 3_600;
