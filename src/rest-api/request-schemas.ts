import { z } from 'zod';
import { keptParts, requestKinds, requestOutcomes } from '#request-log/logged-request.ts';
import { describeFields, fieldTextsOf } from './describe-fields.ts';
import { eventAnswer } from './event-schemas.ts';

const keys = <Table extends object>(table: Table) => Object.keys(table) as [keyof Table & string];
const listed = (table: Readonly<Record<string, string>>) =>
  Object.entries(table)
    .map(([name, text]) => `${name}: ${text}`)
    .join(' ');

export const kindSchema = z.enum(keys(requestKinds));
export const outcomeSchema = z.enum(keys(requestOutcomes));
const keptSchema = z.enum(keys(keptParts));
export const outcomeText = listed(requestOutcomes);
export const kindText = listed(requestKinds);

const sentIds = z.object({
  activityId: z.string().optional(),
  clientRequestId: z.string().optional(),
  xRequestId: z.string().optional(),
});

/** The schema of a request in a list. */
export const loggedRequest = describeFields(
  z.object({
    id: z.string(),
    time: z.iso.datetime(),
    kind: kindSchema,
    sentence: z.string(),
    method: z.string(),
    path: z.string().nullable(),
    resourceType: z.enum(['User', 'Group', 'Schema']).nullable(),
    outcome: outcomeSchema,
    status: z.int(),
    reason: z.string().nullable(),
    reasonText: z.string().nullable(),
    targetId: z.string().nullable(),
    name: z.string().nullable(),
    source: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    client: z.string().nullable(),
    requestId: z.string(),
    sentIds,
    count: z.int(),
    durationMs: z.number().nullable(),
    bodyKept: keptSchema,
    answerKept: keptSchema,
    hasContent: z.boolean(),
  }),
  {
    id: 'The id of the entry: the id of the request, for an operation of a bulk request followed by a colon and its number.',
    time: 'When the request arrived: RFC 3339, in UTC.',
    kind: kindText,
    sentence:
      'What the client wanted with whom, and the result, for people: of a user or a group that was changed, the first change and the number of the others.',
    method: 'The HTTP method.',
    path: 'The path of the URL, without the query; null if only the time, the kind and the outcome are kept.',
    resourceType: 'The type of the resource that the request is about; null for requests about several types or none.',
    outcome: outcomeText,
    status: 'The HTTP status of the response.',
    reason: 'The code of the error, listed in docs/reference/errors.md; null for a request that was not refused.',
    reasonText: 'Why the request was refused, for people; null for a request that was not refused.',
    targetId: 'The id of the user, the group or the schema; null if it does not exist or is not known.',
    name: 'The userName of the user or the name of the group or of the schema, as it is or as it was sent; null if not known.',
    source:
      'The integration whose rules applied, and which owns what the request created: the one that sent it, or the one that the key of an administrator sends for (actor says whose key it was). Null for requests of a user, and for a credential that is no longer valid, if it is not a token of an integration.',
    'source.id': 'The id of the integration: 24 hexadecimal digits.',
    'source.name': 'The name of the integration; null if it was deleted.',
    client: 'The product that sent the request, such as Microsoft Entra ID; null if the request does not reveal it.',
    requestId: 'The id that the server gave the request, as in the x-request-id header of the response.',
    sentIds: 'The ids that the client gave the request.',
    'sentIds.activityId': 'The ActivityId that Entra ID sent; missing for other clients.',
    'sentIds.clientRequestId': 'The header client-request-id; missing if it was not sent.',
    'sentIds.xRequestId': 'The X-Request-Id header of the request; missing if it was not sent.',
    count: 'The number of requests in this entry. More than 1 only if no content is kept.',
    durationMs: 'How long the request took, in milliseconds; null if no content is kept.',
    bodyKept: `How much of the body is kept. ${listed(keptParts)}`,
    answerKept: `How much of the response is kept. ${listed(keptParts)}`,
    hasContent: 'True if the path, the headers, the body and the response are kept, as far as there were any.',
  },
).meta({ id: 'loggedrequest', description: 'A SCIM request that the organization received.' });

const texts = z.record(z.string(), z.string());

const content = z.object({
  query: z.string().nullable(),
  requestHeaders: texts,
  body: z.string().nullable(),
  answer: z.string().nullable(),
  answerHeaders: texts,
  operation: z.int().nullable(),
  references: z.array(z.string()),
  clientIp: z.string(),
  actor: z.object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  credential: z.object({
    method: z.enum(['bearer', 'x-api-key', 'session', 'none']),
    keyId: z.string().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    allowedIps: z.array(z.string()).nullable(),
    role: z.string().nullable(),
  }),
  checks: z.array(z.object({ check: z.string(), passed: z.boolean(), expected: z.string(), received: z.string() })),
  rules: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.string(), z.boolean()]),
      valueNow: z.union([z.string(), z.boolean()]).nullable(),
      description: z.string().nullable(),
    }),
  ),
  dialect: z.object({ operations: z.array(z.looseObject({ op: z.string() })), differs: z.boolean() }).nullable(),
  ignored: z.array(z.object({ path: z.string(), reason: z.string() })),
  fault: z.object({ attribute: z.string(), values: z.array(z.string()) }).nullable(),
  curl: z.string().nullable(),
  notRepeatable: z.string().nullable(),
});

const contentTexts = {
  query: 'The query of the URL, without the question mark; null if there was none.',
  requestHeaders:
    'The headers of the request that are kept, by name in lower case. None of them has a credential. Of an operation of a bulk request, if-match is its version.',
  body: 'The body as text; null if none was sent or kept.',
  answer: 'The body of the response as text; null if there was none or none was kept.',
  answerHeaders: 'The headers of the response that are kept, by name in lower case.',
  operation: 'The number of the operation in its bulk request, from 0; null for any other request.',
  references:
    'The bulkIds in the path and the body of an operation of a bulk request that no id replaces, because their resource was not created, or is the one that the operation creates. Such an operation can be neither replayed nor repeated. At most 20.',
  clientIp: 'The IP address that sent the request.',
  actor: 'The owner of the credential.',
  'actor.type': 'The kind of actor: integration, administrator or user.',
  'actor.id': 'The id of the actor; null if it is not known.',
  'actor.name': 'The name of the actor; null if it is not known.',
  credential: 'The credential of the request at that time, without its secret.',
  'credential.method': 'Where the credential was.',
  'credential.keyId': 'The id of the key or of the session; null if it is not known.',
  'credential.expiresAt': 'When the credential expires: RFC 3339, in UTC; null if it does not.',
  'credential.revokedAt': 'When the key was revoked: RFC 3339, in UTC; null if it was not.',
  'credential.allowedIps': 'The addresses and networks that the key may be used from; null for all.',
  'credential.role': 'The role of the administrator; null for any other credential.',
  checks: 'The checks of the credential, in their order. If one failed, it is the last one.',
  'checks.check': 'What was checked: authorization header, key, key expiry, address or permission.',
  'checks.passed': 'False for the check that the request failed.',
  'checks.expected': 'What the server expected, for people.',
  'checks.received': 'What the server received, for people. Never a secret.',
  rules:
    'The rule of the integration that refused the request, or the rules that decided its effect: deleteAction for each deletion of a user; inactiveOnCreate and newUserState for a new user who is not active; adopt; unknownMembers; userName, email and emailFormat if the username or the email address of the account differs from what was sent; manager and unknownAttributes if attributes were ignored; activationMail if it decided whether the user gets an email; groups if it is off. Empty if no rule did. A rule that only let the request pass is not in the list.',
  'rules.name': 'The name of the rule.',
  'rules.value': 'The value of the rule when the request arrived.',
  'rules.valueNow': 'The value of the rule now; null if the integration was deleted.',
  'rules.description': 'What the rule means; null if the integration was deleted.',
  dialect:
    'What the server reads in the body of a PATCH; null for other requests, for a body that is not whole, and for one that cannot be read.',
  'dialect.operations': 'The operations in the form of RFC 7644: op, path and value.',
  'dialect.operations.op': 'The operation: add, replace or remove.',
  'dialect.differs': 'True if the client sent them in another form.',
  ignored: 'The attributes that the request sent and the directory ignored.',
  'ignored.path': 'The path of the attribute.',
  'ignored.reason': 'Why the attribute was ignored.',
  fault:
    'What the request was refused for, to find it in the body; null if it was not refused, or if the text does not name an attribute.',
  'fault.attribute': 'The name of the attribute, in lower case and without its schema.',
  'fault.values': 'The values that the text quotes, as they are in JSON.',
  curl: 'A command that sends the request again, with the key in the environment variable TOKEN; null if there can be none.',
  notRepeatable: 'Why there is no command that sends the request again; null if there is one.',
} as const;

/** The schema of a request with its content. */
export const requestExchange = describeFields(
  loggedRequest.extend({ content: content.nullable(), events: z.array(eventAnswer) }),
  {
    ...(fieldTextsOf(loggedRequest) as Readonly<Record<`${string}.${string}`, string>>),
    content:
      'The content of the request and of the response; null if only the time, the kind and the outcome are kept.',
    ...Object.fromEntries(Object.entries(contentTexts).map(([name, text]) => [`content.${name}`, text])),
    events: 'The events that the request led to, newest first.',
  },
).meta({ id: 'requestexchange', description: 'A SCIM request with its content, and its events.' });
