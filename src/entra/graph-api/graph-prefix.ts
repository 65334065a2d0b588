/** Where Microsoft Graph is imitated: the v1.0 of https://graph.microsoft.com. */
export const GRAPH_PREFIX = '/entra/v1.0';
