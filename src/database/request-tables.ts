import type { GeneratedAlways } from 'kysely';

/** The SCIM requests that an organization received. Of most reads, only the time, the kind and the outcome are kept. */
export interface RequestTable {
  sequence: GeneratedAlways<number>;
  id: string;
  organization_id: string;
  /** When the request arrived, in milliseconds since 1970. */
  at: number;
  integration_id: string | null;
  kind: string;
  method: string;
  resource_type: 'User' | 'Group' | 'Schema' | null;
  outcome: 'accepted' | 'unchanged' | 'refused' | 'failed';
  /** The HTTP status of the answer. */
  status: number;
  /** The code of the error; null for an accepted request. */
  reason: string | null;
  /** The user, the group or the schema that the request is about. */
  target_id: string | null;
  /** The userName or the displayName of the target, or the name that a refused request sent. */
  name: string | null;
  /** The product that sent the request. */
  client: string | null;
  /** The server's id of the HTTP request. Operations of one bulk request share it. */
  request_id: string;
  activity_id: string | null;
  client_request_id: string | null;
  x_request_id: string | null;
  /** The event of the refusal; null for an accepted request. */
  event_id: string | null;
  /** The number of requests that were counted in this row: 1 if the content was kept. */
  count: number;
  /** The number of UTF-8 bytes of the content: detail, body and answer. */
  size: number;
  /** The path, the headers, the credential and the duration, as JSON; null if only the time, the kind and the outcome are kept. */
  detail: string | null;
  body: string | null;
  answer: string | null;
}
