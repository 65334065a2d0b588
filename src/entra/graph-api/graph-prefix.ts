/** Everything of the stand-in's HTTP face is below it. */
export const ENTRA_PREFIX = '/entra';
/** Where Microsoft Graph is imitated: the v1.0 of https://graph.microsoft.com. */
export const GRAPH_PREFIX = `${ENTRA_PREFIX}/v1.0`;
