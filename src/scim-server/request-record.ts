import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#admins/authenticate.ts';
import type { KeyRecord } from '#admins/key-record.ts';
import { credentialOf, type Credential } from '#access/request-origin.ts';
import { secretsOf, storable } from '#audit/event-body.ts';
import type { EventTarget, Origin } from '#audit/event-types.ts';
import { cutText } from '#base/cut-text.ts';
import { assert } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { requestTimeOf } from '#base/request-ids.ts';
import { ownSecrets, type SentSecrets } from '#base/sent-secrets.ts';
import type { Database } from '#database/database.ts';
import { decidingRules } from '#directory/deciding-rules.ts';
import type { Written } from '#directory/stored.ts';
import type { Settings } from '#organizations/settings.ts';
import { ruleValues } from '#integrations/deciding-rule.ts';
import type { RuleName } from '#integrations/rules.ts';
import { keptAnswer, keptBody, type KeepOptions } from '#request-log/kept-text.ts';
import type {
  DecidingRule,
  RequestDetail,
  RequestKind,
  RequestOutcome,
  RequestSummary,
  SentCredential,
} from '#request-log/logged-request.ts';
import { maskedWords } from '#request-log/masked-words.ts';
import { maskQuery, secretNamesOf } from '#request-log/masking.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { insertRequest } from '#request-log/request-store.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import type { BulkOperationParts, Operation, Outcome } from './operation.ts';
import { ignoredHeader } from './ignored-header.ts';
import type { WriteObserver } from './resource-endpoint.ts';
import { isChanging, kindOf, resourceTypeOf } from './request-kind.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What the request log needs to know about the request; undefined for a request that the HTTP server refused before its SCIM routes.
     * Use `recordOf` where the request has passed the first hook.
     */
    scimRecord: RequestRecord | undefined;
  }
}

/** The headers that are kept. None of them has a credential. */
const keptHeaders = [
  'accept',
  'content-type',
  'user-agent',
  'adscimversion',
  'client-request-id',
  'x-request-id',
  'if-match',
  'if-none-match',
] as const;

/** The headers of an answer that are kept. */
const keptAnswerHeaders = ['location', 'etag', 'x-ignored-attributes', 'retry-after'] as const;

/** The headers of a bulk request that do not apply to its operations, each of which can have a version (RFC 7644 §3.7). */
const wholeRequestHeaders: ReadonlySet<string> = new Set(['if-match', 'if-none-match']);

/** The maximum number of UTF-16 units of a header or of a query that are kept. */
export const KEPT_HEADER_LENGTH_MAX = 1_024;
/** The maximum number of bulkIds that are kept of those in one operation that no id replaces. */
export const KEPT_REFERENCES_MAX = 20;

/** What is kept of one request, or of one operation of a bulk request. */
export interface Exchange {
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly reason?: string | undefined;
  readonly rules?: readonly DecidingRule[] | undefined;
  readonly target: Pick<EventTarget, 'id' | 'name'>;
  readonly effect?: RequestDetail['effect'];
  readonly eventId?: string | undefined;
  readonly answer: string | undefined;
  readonly answerHeaders?: RequestDetail['answerHeaders'];
  readonly ignored?: RequestDetail['ignored'];
  /** Set for an operation of a bulk request. */
  readonly operation?: BulkOperationParts | undefined;
}

/** The result of a request, or of one operation of a bulk request. */
export interface RequestResult {
  readonly outcome: RequestOutcome;
  readonly status: number;
  /** The code of the error. */
  readonly reason: string | undefined;
  readonly operation: BulkOperationParts | undefined;
  /** True if the content was stored. */
  readonly isKept: boolean;
}

/** The key of the result of a separate request, or of a bulk request as a whole. */
const WHOLE = -1;

type LogSettings = Pick<Settings, 'requestLog' | 'requestBodyKilobytes' | 'externalPasswordAuthority'>;

/** Returns the record of a request that has passed the first hook of the SCIM server. */
export function recordOf(request: FastifyRequest): RequestRecord {
  assert(request.scimRecord, 'the first hook of the SCIM server created the record');
  return request.scimRecord;
}

/** Collects what the request log keeps of one request while the request is processed. */
export class RequestRecord implements WriteObserver {
  /** When the request arrived, as its id states it: the log finds its entries by this time. */
  readonly at: Date;
  /** The settings of the organization; undefined until it is known. */
  settings: LogSettings | undefined;
  credential: SentCredential = { method: 'none' };
  /** The body as the client sent it; undefined if it is longer than any setting keeps. */
  bodyText: string | undefined;
  /** The number of resources that a search found, and its filter. */
  private found: number | undefined;
  private filter: string | undefined;
  /** The rules that decided what a request that only reads was answered. */
  rulesOfRead: readonly DecidingRule[] = [];
  /** The text of the answer to a request that only reads, if the settings keep it. */
  answerText: string | undefined;
  /** The origin of a request whose key is no longer valid. */
  origin: Origin | undefined;
  #sentCredential: Credential | undefined;
  /** The results by the index of the operation; the result of a separate request, or of a bulk request as a whole, by WHOLE. */
  readonly #results = new Map<number, RequestResult>();
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#reply = reply;
    const at = requestTimeOf(request.id);
    assert(at !== undefined, 'the server gives requests ids that state their time');
    this.at = new Date(at);
  }

  /** Notes the credential of an identified caller. */
  identify({ administrator, keyId, expiresAt, allowedIps }: Principal): void {
    const { authMethod: method } = this.#credentialOf();
    this.credential = {
      method,
      keyId,
      ...(expiresAt !== null && { expiresAt }),
      ...(allowedIps !== null && { allowedIps }),
      ...(administrator !== null && { role: administrator.role }),
    };
  }

  /** Notes the credential of a request whose key is no longer valid. */
  identifyStale({ id, expiresAt, revokedAt, allowedIps, administrator }: KeyRecord): void {
    const { authMethod: method } = this.#credentialOf();
    this.credential = {
      method,
      keyId: id,
      ...(expiresAt !== null && { expiresAt }),
      ...(revokedAt !== null && { revokedAt }),
      ...(allowedIps !== null && { allowedIps }),
      ...(administrator !== null && { role: administrator.role }),
    };
  }

  get kind(): RequestKind {
    return kindOf(this.#request, this.found, this.filter);
  }

  /** The resource that a request reads. */
  get target(): Exchange['target'] {
    const { params } = this.#request;
    return { id: isObject(params) && typeof params['id'] === 'string' ? params['id'] : null, name: null };
  }

  /** Remembers the answer to a request that only reads, if the settings keep its content. */
  noteAnswer(payload: unknown): void {
    if (this.settings?.requestLog === 'all' && typeof payload === 'string') this.answerText = payload;
  }

  /** True if the settings of the organization keep the content of a request of this kind and outcome. */
  keepsContent(outcome: RequestOutcome, kind = this.kind): boolean {
    const mode = this.settings?.requestLog;
    if (mode === undefined || mode === 'off') return false;
    if (outcome === 'refused' || outcome === 'failed' || mode === 'all') return true;
    return mode === 'writes' && isChanging(kind);
  }

  /** Notes what a search found. */
  noteSearch(found: number, filter: string): void {
    this.found = found;
    this.filter = filter;
  }

  noteRule(rule: RuleName): void {
    this.rulesOfRead = ruleValues([rule], this.#request.scimCaller?.rules);
  }

  /**
   * Notes the result of the request, or of one of its operations. A later result replaces an earlier one: that of a write whose transaction
   * was rolled back together with the stored content.
   */
  noteResult({ outcome, status, reason, operation }: Omit<Exchange, 'target' | 'answer'>): void {
    this.#results.set(operation?.index ?? WHOLE, { outcome, status, reason, operation, isKept: false });
  }

  /**
   * Returns what counts as a request: each operation of a bulk request, or else the request itself.
   *
   * @param status The status of the response.
   */
  results(status: number): readonly RequestResult[] {
    const whole = { outcome: 'accepted', status, reason: undefined, operation: undefined, isKept: false } as const;
    return this.#results.size === 0 ? [whole] : [...this.#results.values()];
  }

  /** Notes the result of a write, and stores the request with its response if the settings of the organization say so. */
  async noteWrite(
    transaction: Database,
    origin: Origin,
    { operation, written, outcome }: { operation: Operation; written: Written; outcome: Outcome },
  ): Promise<void> {
    const { type, resource, effect } = written;
    const result = { outcome: effect === 'unchanged' ? 'unchanged' : 'accepted', status: outcome.status } as const;
    const parts = operation.bulk;
    this.noteResult({ ...result, operation: parts });
    if (!this.keepsContent(result.outcome, parts?.kind)) return;
    const ignored = ignoredHeader(outcome.ignored ?? []);
    await this.keep(transaction, origin, {
      ...result,
      target: { id: resource.id, name: type === 'User' ? resource.userName : resource.displayName },
      effect,
      rules: ruleValues(decidingRules(written, this.settings), this.#request.scimCaller?.rules),
      answer: outcome.resource?.text,
      answerHeaders: {
        ...(outcome.location !== undefined && { location: outcome.location }),
        ...(outcome.tag !== undefined && { etag: outcome.tag }),
        ...(ignored !== undefined && { 'x-ignored-attributes': ignored }),
      },
      ignored: outcome.ignored,
      operation: parts,
    });
  }

  /** Stores the request with its content. Call it only if `keepsContent` returns true, in the transaction of the change. */
  async keep(database: Database, origin: Origin, exchange: Exchange): Promise<void> {
    const { operation, target } = exchange;
    const options = this.#keepOptions(origin);
    const body =
      operation === undefined
        ? keptBody(this.#sentBody(), this.bodyText, options)
        : keptBody(operation.body, undefined, options);
    const answer = keptAnswer(exchange.answer, options);
    await insertRequest(database, this.summary(origin, exchange), {
      targetId: storable(target.id, options.secrets) ?? undefined,
      name: storable(target.name, options.secrets) ?? undefined,
      eventId: exchange.eventId,
      detail: { ...this.#detail(origin, exchange, options), body: body.kept, answer: answer.kept },
      body: body.text,
      answer: answer.text,
    });
    const { outcome, status, reason } = exchange;
    this.#results.set(operation?.index ?? WHOLE, { outcome, status, reason, operation, isKept: true });
  }

  /** Returns what is always kept of the request. */
  summary(origin: Origin, { outcome, status, reason, operation }: Omit<Exchange, 'target' | 'answer'>): RequestSummary {
    const sent = origin.request;
    return {
      organizationId: origin.organizationId,
      at: this.at,
      integrationId: integrationOf(origin),
      kind: operation?.kind ?? this.kind,
      method: operation?.method ?? this.#request.method,
      resourceType: operation === undefined ? resourceTypeOf(this.#request) : operation.resourceType,
      outcome,
      status,
      reason,
      client: sent?.client,
      requestId: this.#request.id,
      operation: operation?.index,
      sentIds: sent?.sentIds ?? {},
    };
  }

  get #isSecretName() {
    return secretNamesOf(this.#request.scimSchemas ?? standardSchemas);
  }

  /**
   * Returns what may not be stored of a message about the request: keys, tokens, the credential, and values of filters and paths.
   *
   * @param bulk The operation that the message is about, of a bulk request.
   */
  secretsInMessage(origin: Origin | undefined, bulk: BulkOperationParts | undefined): SentSecrets {
    const secrets = origin === undefined ? ownSecrets : secretsOf(origin);
    const { body, url } = this.#request;
    const query = url.slice(url.split('?', 1)[0]?.length).slice(1);
    const sent = bulk === undefined ? (body as JsonValue | undefined) : bulk.body;
    return secrets.withWords(maskedWords(sent, query, this.#isSecretName));
  }

  /** Returns the body, which is kept only of a request whose sender is known. */
  #sentBody(): JsonValue | undefined {
    return this.#request.scimCaller === undefined ? undefined : (this.#request.body as JsonValue | undefined);
  }

  #credentialOf(): Credential {
    return (this.#sentCredential ??= credentialOf(this.#request));
  }

  #keepOptions(origin: Origin): KeepOptions {
    const { settings } = this;
    assert(settings, 'the settings are known when content is kept');
    return {
      isSecretName: this.#isSecretName,
      secrets: secretsOf(origin),
      bytesMax: settings.requestBodyKilobytes * 1_024,
    };
  }

  #detail(origin: Origin, exchange: Exchange, options: KeepOptions): Omit<RequestDetail, 'body' | 'answer'> {
    const { operation, ignored = [], effect, rules = [] } = exchange;
    const { url, headers, ip } = this.#request;
    const [path = '', ...query] = url.split('?');
    // Masked before it is cut, because a part of a token would not be recognized.
    const text = (value: string) => cutText(options.secrets.replaceIn(value, SECRET_MASK), KEPT_HEADER_LENGTH_MAX);
    const sent = (name: string) =>
      operation !== undefined && wholeRequestHeaders.has(name) ? undefined : headers[name];
    const references = operation?.references.slice(0, KEPT_REFERENCES_MAX).map(text) ?? [];
    return {
      path: text(operation?.path ?? path),
      ...(operation === undefined &&
        query.length > 0 && { query: text(maskQuery(query.join('?'), options.isSecretName, options.secrets)) }),
      headers: {
        ...picked(keptHeaders, (name) => textHeader(sent(name)), text),
        ...(operation?.version !== undefined && { 'if-match': text(operation.version) }),
      },
      clientIp: ip,
      actor: origin.actor,
      credential: this.credential,
      durationMs: Math.round(this.#reply.elapsedTime * 1_000) / 1_000,
      answerHeaders: picked(
        keptAnswerHeaders,
        (name) => (exchange.answerHeaders ? exchange.answerHeaders[name] : textHeader(this.#reply.getHeader(name))),
        text,
      ),
      ...(effect !== undefined && { effect }),
      ...(ignored.length > 0 && { ignored: ignored.map((one) => ({ ...one, path: text(one.path) })) }),
      ...(rules.length > 0 && { rules }),
      ...(operation && { operation: operation.index }),
      ...(references.length > 0 && { references }),
    };
  }
}

/**
 * Returns the integration that sent the request, or for which the key of an administrator did; also for a token of an integration that is no
 * longer valid.
 */
function integrationOf({ integration, actor }: Origin): string | undefined {
  return integration?.id ?? (actor.type === 'integration' ? (actor.id ?? undefined) : undefined);
}

function textHeader(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function picked(
  names: readonly string[],
  read: (name: string) => string | undefined,
  text: (value: string) => string,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) found[name] = text(value);
  }
  return found;
}
