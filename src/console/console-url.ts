/** The path of the console. */
export const CONSOLE_PREFIX = '/console';
