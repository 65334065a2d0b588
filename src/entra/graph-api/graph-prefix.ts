/** The prefix of all HTTP paths of the stand-in. */
export const ENTRA_PREFIX = '/entra';
/** The prefix of the Graph API. It corresponds to https://graph.microsoft.com/v1.0. */
export const GRAPH_PREFIX = `${ENTRA_PREFIX}/v1.0`;
