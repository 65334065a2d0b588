import { listApiKeys } from '#admins/api-key-store.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { keyStatus } from '#admins/key-status.ts';
import type { Permission } from '#admins/roles.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import { errorCodesOfReason } from '#base/reasons/refusal-codes.ts';
import { fixesInAdvice, type RuleFix } from '#base/reasons/rule-fixes.ts';
import { refusalInChinese } from '#base/reasons/zh/refusal-in-chinese.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { integrationRhythms, type IntegrationRhythm } from '#integrations/activity.ts';
import { currentRules } from '#integrations/current-rules.ts';
import { areFixesMade, madeFixesAdvice } from '#integrations/made-fixes.ts';
import type { Rules } from '#integrations/rules.ts';
import { inSentence, reasonTitle } from '#request-log/request-words.ts';
import { FAILED_MAIL_DAYS } from './attention-limits.ts';
import { attentionWordsIn, type AttentionWords } from './attention-words.ts';
import {
  countFailedMail,
  countRefusalsByReason,
  findWaitingGroups,
  type RefusedGroup,
  type WaitingGroup,
} from './attention-store.ts';

/** The kinds of things that need attention, each with its meaning. */
export const attentionKinds = {
  refusals: 'People of one source who are refused for the same reason.',
  silentSource: 'A source that has sent nothing for longer than usual.',
  expiringKey: 'A key that expires soon.',
  failedMail: 'Emails that were not delivered.',
  waitingGroup: 'A group that waits for members whom its source has not sent.',
} as const satisfies Readonly<Record<string, string>>;

export type AttentionKind = keyof typeof attentionKinds;

/** The permission that a caller needs to see items of a kind. */
export const attentionPermissions: Readonly<Record<AttentionKind, Permission>> = {
  refusals: 'users.read',
  silentSource: 'integrations.read',
  expiringKey: 'integrations.read',
  failedMail: 'mail.read',
  waitingGroup: 'groups.read',
};

/** The maximum number of items of one kind. */
export const ATTENTION_ITEMS_MAX = 20;
/** Keys that expire within this time need attention. */
export const KEY_EXPIRY_DAYS = 14;
export { FAILED_MAIL_DAYS };
/** A source that is silent for longer than this is no longer in use. */
export const SILENT_DAYS_MAX = 30;

/** Something that needs the attention of an administrator. */
export interface AttentionItem {
  readonly kind: AttentionKind;
  /** What is wrong, and what to do about it. */
  readonly sentence: string;
  readonly advice: string;
  /** The number of people, emails or members; 1 for a source or a key. */
  readonly count: number;
  readonly source: { readonly id: string; readonly name: string | null } | null;
  /** The key or the group. */
  readonly subject: { readonly id: string; readonly name: string } | null;
  /** The code of the reason, or of the error, and the rule that refuses. */
  readonly reason: string | null;
  readonly rule: string | null;
  /** The rules that the advice says to change, each with the value that would accept the people. */
  readonly fixes: readonly RuleFix[];
  /** True if the source already has these rules, so that it has only to send the people again. */
  readonly rulesChanged: boolean;
  /** The last refusal, the last request, the expiry, or the last failed email; null for a group. */
  readonly at: Date | null;
  readonly usualIntervalMinutes: number | null;
}

const none = {
  source: null,
  subject: null,
  reason: null,
  rule: null,
  fixes: [],
  rulesChanged: false,
  at: null,
  usualIntervalMinutes: null,
} as const;

/**
 * Returns what needs attention in an organization, as far as the permissions allow: refusals first, then silent sources, keys, emails and
 * groups.
 *
 * @example
 * const items = await attentionItems(deps, organizationId, permissions);
 * items[0].sentence; // '12 people are refused: the userName breaks the rule of the source.'
 */
export async function attentionItems(
  deps: { readonly database: Database; readonly clock: Clock },
  organizationId: string,
  permissions: ReadonlySet<Permission>,
  language: Language = 'en',
): Promise<readonly AttentionItem[]> {
  const { database, clock } = deps;
  const now = clock.now();
  const words = attentionWordsIn(language);
  const max = ATTENTION_ITEMS_MAX;
  const isShown = (kind: AttentionKind) => permissions.has(attentionPermissions[kind]);
  const items: AttentionItem[] = [];
  if (isShown('refusals')) {
    const groups = await countRefusalsByReason(database, organizationId, max);
    const rules = groups.length === 0 ? undefined : await currentRules(database, organizationId);
    items.push(...groups.map((group) => refusalItem(group, groups, rules?.get(group.sourceId), language)));
  }
  if (isShown('silentSource')) {
    const sources = await integrationRhythms(deps, organizationId);
    items.push(
      ...sources
        .filter((source) => needsAttention(source, now))
        .slice(0, max)
        .map((source) => silentItem(source, words)),
    );
  }
  if (isShown('expiringKey')) {
    const keys = (await listApiKeys(database, organizationId)).filter((key) => isExpiring(key, now));
    items.push(
      ...keys
        .toSorted(byExpiry)
        .slice(0, max)
        .map((key) => keyItem(key, now, words)),
    );
  }
  if (isShown('failedMail')) {
    const failed = await countFailedMail(database, organizationId, new Date(now.getTime() - FAILED_MAIL_DAYS * DAY_MS));
    if (failed !== undefined) items.push(mailItem(failed, words));
  }
  if (isShown('waitingGroup')) {
    items.push(...(await findWaitingGroups(database, organizationId, max)).map((group) => groupItem(group, words)));
  }
  return items;
}

/**
 * @param all The groups that are shown: those with the same error need an example that distinguishes them.
 * @param rules The current rules of the source; undefined if it does not exist.
 */
function refusalItem(
  group: RefusedGroup,
  all: readonly RefusedGroup[],
  rules: Rules | undefined,
  language: Language,
): AttentionItem {
  const words = attentionWordsIn(language);
  const { sourceId, sourceName, errorCode, reasonCode, people, lastAt, messages } = group;
  const [message = '', other = message] = messages;
  const isAmong = all.some((one) => one !== group && one.sourceId === sourceId && one.errorCode === errorCode);
  // Without sentences about what to do, the whole text is shown.
  const isSame = !sentences.test(message) || adviceOf(message) === adviceOf(other);
  const [inMessage, inOther] = [fixesInAdvice(message), fixesInAdvice(other)];
  const rulesChanged = rules !== undefined && [inMessage, inOther].every((wanted) => areFixesMade(rules, wanted));
  // What accepts only some of the people is not offered as the fix.
  const common = inMessage.filter((fix) => inOther.some(({ rule, value }) => rule === fix.rule && value === fix.value));
  const fixes = rulesChanged ? inMessage : common;
  // Only the English text of each refusal is stored.
  const inChinese = language === 'zh' ? refusalInChinese(errorCode, message) : undefined;
  const example = inChinese === undefined && (isAmong || !isSame) ? causeOf(message) : undefined;
  const whatHelps = inChinese?.advice ?? adviceOf(message);
  const title = inChinese === undefined ? inSentence(reasonTitle(errorCode)) : reasonTitle(errorCode, language);
  return {
    ...none,
    kind: 'refusals',
    sentence: words.refusals(people, rulesChanged, title, example),
    advice: rulesChanged
      ? madeFixesAdvice(fixes, people === 1 ? 'the person' : 'the people', language)
      : helpOf(whatHelps, isSame, words),
    count: people,
    source: sourceId === '' ? null : { id: sourceId, name: sourceName },
    // A reason of several errors does not distinguish them.
    reason: reasonCode === null || errorCodesOfReason(reasonCode).length > 1 ? errorCode : reasonCode,
    rule: fixes[0]?.rule ?? null,
    fixes,
    rulesChanged,
    at: lastAt,
  };
}

/** Returns what helps, or that it is only an example. */
function helpOf(whatHelps: string, isSame: boolean, words: AttentionWords): string {
  return isSame ? whatHelps : words.depends(whatHelps);
}

/** The first sentence of a refusal, and the others, which say what to do. A dot in quotation marks does not end a sentence. */
const sentences = /^(?<cause>(?:[^".]|"(?:[^"\\]|\\.)*"|\.(?! ))*\.) (?<advice>.+)$/s;

function adviceOf(message: string): string {
  return sentences.exec(message)?.groups?.['advice'] ?? message;
}

function causeOf(message: string): string {
  return sentences.exec(message)?.groups?.['cause'] ?? message;
}

/** True for a silent source that is still in use. */
function needsAttention({ isSilent, lastRequestAt }: IntegrationRhythm, now: Date): boolean {
  return isSilent && now.getTime() - (lastRequestAt?.getTime() ?? 0) <= SILENT_DAYS_MAX * DAY_MS;
}

function silentItem(
  { id, name, lastRequestAt, usualIntervalMinutes }: IntegrationRhythm,
  words: AttentionWords,
): AttentionItem {
  return {
    ...none,
    kind: 'silentSource',
    sentence: words.silent(name, lastRequestAt?.toISOString() ?? '', usualIntervalMinutes),
    advice: words.silentAdvice,
    count: 1,
    source: { id, name },
    at: lastRequestAt,
    usualIntervalMinutes,
  };
}

/** True for a key that ends soon and that no new key has replaced: a rotation sets `warnedDays` to 0. */
function isExpiring(key: ApiKey, now: Date): boolean {
  const { expiresAt, kind, warnedDays } = key;
  if (expiresAt === null || kind === 'user' || warnedDays === 0 || keyStatus(key, now) !== 'valid') return false;
  return expiresAt.getTime() - now.getTime() <= KEY_EXPIRY_DAYS * DAY_MS;
}

function byExpiry(one: ApiKey, other: ApiKey): number {
  return (one.expiresAt?.getTime() ?? 0) - (other.expiresAt?.getTime() ?? 0);
}

function keyItem(
  { id, name, owner, integrationId, expiresAt }: ApiKey,
  now: Date,
  words: AttentionWords,
): AttentionItem {
  const days = Math.floor(((expiresAt?.getTime() ?? 0) - now.getTime()) / DAY_MS);
  return {
    ...none,
    kind: 'expiringKey',
    sentence: words.key(name, owner, days),
    advice: words.keyAdvice,
    count: 1,
    source: integrationId === null ? null : { id: integrationId, name: owner },
    subject: { id, name },
    at: expiresAt,
  };
}

interface FailedMail {
  readonly number: number;
  /** True if more emails failed than are counted. */
  readonly isMore: boolean;
  readonly lastAt: Date;
}

function mailItem({ number, isMore, lastAt }: FailedMail, words: AttentionWords): AttentionItem {
  return {
    ...none,
    kind: 'failedMail',
    sentence: words.mail(number, isMore),
    advice: words.mailAdvice(number),
    count: number,
    at: lastAt,
  };
}

function groupItem({ id, name, members, sourceId }: WaitingGroup, words: AttentionWords): AttentionItem {
  return {
    ...none,
    kind: 'waitingGroup',
    sentence: words.waiting(name, members),
    advice: words.waitingAdvice,
    count: members,
    source: sourceId === null ? null : { id: sourceId, name: null },
    subject: { id, name },
  };
}
