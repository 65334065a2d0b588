import type { Language } from '#base/words/language.ts';
import { quote } from '#base/errors.ts';

/** What is said about a search that found nothing, in one language. */
export interface EmptySearchWords {
  /** The kinds of names by which a search can find events. */
  readonly names: readonly string[];
  readonly others: (request: string) => string;
  readonly noRequest: (request: string) => string;
  readonly noneOfKind: string;
  readonly nothing: string;
  readonly onlyOtherKinds: (target: string) => string;
  readonly unchanged: (target: string) => string;
  readonly notNamed: (target: string) => string;
  /** What to check if no request contained a name. */
  readonly notSent: readonly string[];
}

const en: EmptySearchWords = {
  names: [
    'id, userName, username, email, displayName and externalId of users',
    'id, displayName and externalId of groups',
    'the same names in refused requests, and names before a change',
  ],
  others: (request) =>
    `There are events for the request ${quote(request)}, but none of them matches the other conditions.`,
  noRequest: (request) => `No request with the id ${quote(request)} changed anything or was refused in this period.`,
  noneOfKind: 'No event of this kind was recorded in this period.',
  nothing: 'Nothing has changed and no request was received.',
  onlyOtherKinds: (target) => `There are events about ${quote(target)}, but none of this kind.`,
  unchanged: (target) =>
    `${quote(target)} is in the directory and has not changed in this period. Older events are deleted.`,
  notNamed: (target) => `No request received in this period names ${quote(target)}.`,
  notSent: [
    'Either the identity source did not send it: check in Entra ID that it is assigned, is in scope, and passes the scoping filters ("Provision on demand" shows the step that stops it).',
    'Or it was sent under another name: check which source attributes are mapped to userName, emails[type eq "work"].value, displayName, and externalId, and search for their values.',
  ],
};

const zh: EmptySearchWords = {
  names: [
    '用户的 id、userName、username、email、displayName 和 externalId',
    '组的 id、displayName 和 externalId',
    '被拒绝的请求中的相同名称，以及更改前的名称',
  ],
  others: (request) => `有请求 ${quote(request)} 的事件，但没有与其他条件匹配的事件。`,
  noRequest: (request) => `在此时间段内，没有 ID 为 ${quote(request)} 的请求更改了内容或被拒绝。`,
  noneOfKind: '在此时间段内，没有记录这种事件。',
  nothing: '没有更改，也没有收到请求。',
  onlyOtherKinds: (target) => `有关于 ${quote(target)} 的事件，但没有这种事件。`,
  unchanged: (target) => `${quote(target)} 在目录中，在此时间段内没有更改。更早的事件已删除。`,
  notNamed: (target) => `在此时间段内收到的请求中，没有请求提到 ${quote(target)}。`,
  notSent: [
    '可能是标识源没有发送它：请在 Entra ID 中检查它是否已分配、是否在范围内，以及是否通过作用域筛选器（“按需预配”会显示在哪一步停止）。',
    '也可能以其他名称发送：请检查哪些源属性映射到 userName、emails[type eq "work"].value、displayName 和 externalId，并搜索它们的值。',
  ],
};

/** Returns what is said about a search that found nothing, in a language. */
export function emptySearchWordsIn(language: Language): EmptySearchWords {
  return language === 'zh' ? zh : en;
}
