/**
 * Node's HTTP modules, as `require` returns them. An `import` would make Node evaluate all of their exports and so load an HTTP
 * client that this program does not use (undici), which costs 40 ms at each start.
 */
export const http = process.getBuiltinModule('node:http');
export const https = process.getBuiltinModule('node:https');
export const { STATUS_CODES } = http;
