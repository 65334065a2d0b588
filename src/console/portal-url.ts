/** The path of the portal, in which people manage their own accounts. */
export const PORTAL_PREFIX = '/portal';
