/**
 * Node's HTTP modules, as `require` gives them. To `import` them would make Node read everything that they export, and load for
 * it an HTTP client that this program does not use (undici): 40 ms of each start.
 */
export const http = process.getBuiltinModule('node:http');
export const https = process.getBuiltinModule('node:https');
export const { STATUS_CODES } = http;
