import { listEvents } from '#audit/event-store.ts';
import { listedEvent } from '#audit/listed-event.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { authenticationChecks } from './authentication-checks.ts';
import { curlCommand } from './curl-command.ts';
import type { RequestDetail } from './logged-request.ts';
import {
  findRequest,
  findRequests,
  findSourceNames,
  type RequestPosition,
  type RequestQuery,
} from './request-query-store.ts';
import { missingRequest } from './missing-request.ts';
import { phrasesOf } from './request-changes.ts';
import { rfcOperations } from './rfc-operations.ts';
import { namedFault } from './named-fault.ts';
import { readDetail, refusalText, shownRequest, type ShownRequest } from './shown-request.ts';

/** The maximum number of events of one request that are shown. */
export const REQUEST_EVENTS_MAX = 100;

/** The value that a rule of an integration has now. */
export type RuleNow = (
  integrationId: string,
  rule: string,
) => Promise<{ readonly value: string | boolean; readonly description: string } | undefined>;

/** What is needed to show a request. */
export interface ExchangeDeps {
  readonly database: Database;
  readonly schemas: ResourceSchemas;
  /** Finds the rule that decided a request. */
  readonly ruleNow: RuleNow;
  /** The URL of the server, without a trailing slash. */
  readonly publicUrl: string;
  /** The language of the texts for people. Default: English. */
  readonly language?: Language;
}

/** Lists requests, newest first. `next` is the position for the next page; missing on the last page. */
export async function listRequests(
  database: Database,
  query: RequestQuery,
  language: Language = 'en',
): Promise<{ readonly results: readonly ShownRequest[]; readonly next: RequestPosition | undefined }> {
  const { rows, next } = await findRequests(database, query);
  const names = rows.length === 0 ? new Map<string, string>() : await findSourceNames(database, query.organizationId);
  const phrases = await phrasesOf(database, query.organizationId, rows, language);
  return { results: rows.map((row) => shownRequest(row, names, phrases.get(row.id), language)), next };
}

/** Returns a request with everything that is kept of it. Throws `notFound` (404). */
export async function showRequest(deps: ExchangeDeps, organizationId: string, id: string) {
  const { database, language = 'en' } = deps;
  const row = await findRequest(database, organizationId, id);
  if (row === undefined) throw missingRequest(id);
  const phrases = await phrasesOf(database, organizationId, [row], language);
  const sourceNames = await findSourceNames(database, organizationId);
  const shown = shownRequest(row, sourceNames, phrases.get(row.id), language);
  const content = row.detail === null ? undefined : readDetail(row.detail);
  return {
    ...shown,
    content: content === undefined ? null : await contentOf(deps, shown, content, row),
    events: await eventsOf({ database, language }, organizationId, shown, row.event_id),
  };
}

interface StoredTexts {
  readonly body: string | null;
  readonly answer: string | null;
  /** The answer of a refused request. */
  readonly refusal: string | null;
}

async function contentOf(
  deps: ExchangeDeps,
  shown: ShownRequest,
  detail: RequestDetail,
  { body, answer, refusal }: StoredTexts,
) {
  const { reason, reasonText, resourceType, time } = shown;
  const checks = authenticationChecks({ at: new Date(time), reason, reasonText, resourceType, detail }, deps.language);
  const refused = reason === null ? undefined : refusalText(refusal);
  const repeatable = curlCommand(deps.publicUrl, shown, detail, body);
  return {
    query: detail.query ?? null,
    requestHeaders: detail.headers,
    body,
    answer,
    answerHeaders: detail.answerHeaders ?? {},
    operation: detail.operation ?? null,
    references: detail.references ?? [],
    clientIp: detail.clientIp,
    actor: detail.actor,
    credential: shownCredential(detail.credential),
    checks,
    rules: await rulesOf(deps, shown, detail),
    dialect: dialectOf(deps.schemas, shown, body),
    ignored: detail.ignored ?? [],
    fault: refused === undefined ? null : (namedFault(refused) ?? null),
    curl: repeatable.curl,
    notRepeatable: repeatable.curl === null ? repeatable.why : null,
  };
}

function shownCredential({ method, keyId, expiresAt, revokedAt, allowedIps, role }: RequestDetail['credential']) {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    method,
    keyId: keyId ?? null,
    expiresAt: time(expiresAt),
    revokedAt: time(revokedAt),
    allowedIps: allowedIps ?? null,
    role: role ?? null,
  };
}

/** Returns the rules that decided the request, with their values then and now. */
async function rulesOf({ ruleNow }: ExchangeDeps, { source }: ShownRequest, { rules, rule }: RequestDetail) {
  const kept = rules ?? (rule === undefined ? [] : [rule]);
  const shown = [];
  for (const { name, value } of kept) {
    const now = source === null ? undefined : await ruleNow(source.id, name);
    shown.push({ name, value, valueNow: now?.value ?? null, description: now?.description ?? null });
  }
  return shown;
}

/** Returns what the server reads in the body of a PATCH; null for other requests, and for a body that is not whole. */
function dialectOf(schemas: ResourceSchemas, { kind, resourceType, bodyKept }: ShownRequest, body: string | null) {
  if (kind !== 'patch' || bodyKept !== 'whole' || body === null) return null;
  if (resourceType !== 'User' && resourceType !== 'Group') return null;
  const sent: JsonValue = JSON.parse(body);
  return rfcOperations(schemas[resourceType], sent) ?? null;
}

/** Returns the events of a request, newest first. Of an operation in a bulk request, those about its target and its own refusal. */
async function eventsOf(
  { database, language }: { readonly database: Database; readonly language: Language },
  organizationId: string,
  { id, requestId, targetId }: ShownRequest,
  eventId: string | null,
) {
  const events = await listEvents(database, { organizationId, request: requestId, limit: REQUEST_EVENTS_MAX });
  const own = events.filter(({ request }) => isObject(request) && request['id'] === requestId);
  const shown = own.map((event) => listedEvent(event, language));
  if (id === requestId) return shown;
  return shown.filter(
    (event) =>
      event['id'] === eventId ||
      (targetId !== null && isObject(event['resource']) && event['resource']['id'] === targetId),
  );
}
