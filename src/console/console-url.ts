/** The path of the console. */
export const CONSOLE_PREFIX = '/console';

/** The places of the console: the first segment of their paths. Paths below them belong to the place. */
export const consolePlaces = ['people', 'groups', 'sources', 'rehearsal', 'events', 'settings'] as const;

/** Addresses that emails of earlier versions and bookmarks contain. They open Home. */
export const formerAddresses = ['sign-in', 'password'] as const;
