import { withinWords } from '#audit/attribute-words.ts';
import { errorTable } from '#base/error-table.ts';
import type { Language } from '#base/words/language.ts';
import { zhErrors } from '#base/words/zh-errors.ts';
import type { Act, DescribedRequest, RequestWords } from './request-sentences.ts';
import { zhRequestWords } from './request-words-zh.ts';

/**
 * Describes a request in one sentence: what the client wanted with whom, and the result.
 *
 * @example
 * describeRequest({ kind: 'create', name: 'ann.meier', outcome: 'accepted', … }); // 'Create ann.meier → created'
 * describeRequest({ kind: 'patch', name: 'ann', outcome: 'accepted', change: 'Title: A → B', … }); // 'Change ann → title: A → B'
 * describeRequest({ kind: 'create', name: 'bob', outcome: 'refused', reason: 'emailRequired', … });
 * // 'Create bob: refused, the email that every user needs is missing'
 */
export function describeRequest(request: DescribedRequest, language: Language = 'en'): string {
  const words = catalogs[language];
  const { outcome, reason, count } = request;
  const wanted = `${wish(request, words)}${count > 1 ? words.times(count) : ''}`;
  if (outcome === 'accepted') return words.done(wanted, resultOf(request, words));
  if (outcome === 'unchanged') return words.done(wanted, words.results.unchanged);
  return words.refused(wanted, outcome, reason === null ? undefined : reasonTitle(reason, language));
}

const verbs: Readonly<Record<Act, string>> = {
  create: 'Create',
  replace: 'Replace',
  patch: 'Change',
  delete: 'Delete',
  read: 'Read',
};

const enRequestWords: RequestWords = {
  act: (kind, target) => `${verbs[kind]} ${target}`,
  target: (resourceType, name, isId) => {
    const type = resourceType?.toLowerCase() ?? 'resource';
    if (name === null) return `a ${type}`;
    return resourceType === 'User' && !isId ? name : `the ${type} ${name}`;
  },
  find: (type) => (type === 'Group' ? 'Find a group' : 'Find a user'),
  list: (type) => (type === undefined ? 'List users and groups' : `List ${type.toLowerCase()}s`),
  connectionTest: 'Test Connection',
  bulk: (operation) => (operation === undefined ? 'Bulk request' : `Operation ${operation} of a bulk request`),
  discovery: 'Read what the server supports',
  unknown: (method) => `${method} at an unknown path`,
  times: (count) => ` (${count} times)`,
  done: (wanted, result) => `${wanted} → ${result}`,
  refused: (wanted, outcome, title) =>
    [`${wanted}: ${outcome}`, ...(title === undefined ? [] : [inSentence(title)])].join(', '),
  results: {
    unchanged: 'no change',
    created: 'created',
    changed: 'changed',
    suspended: 'suspended',
    deleted: 'deleted',
    passed: 'passed',
    processed: 'processed',
    answered: 'answered',
  },
  change: withinWords,
};

const catalogs: Readonly<Record<Language, RequestWords>> = { en: enRequestWords, zh: zhRequestWords };

function wish(
  { kind, method, resourceType, operation, name, targetId }: DescribedRequest,
  words: RequestWords,
): string {
  switch (kind) {
    case 'find':
      return words.find(resourceType);
    case 'list':
      return words.list(resourceType);
    case 'connectionTest':
      return words.connectionTest;
    case 'bulk':
      return words.bulk(operation === undefined ? undefined : operation + 1);
    case 'discovery':
      return words.discovery;
    case 'unknown':
      return words.unknown(method);
    default:
      return words.act(kind, words.target(resourceType, name ?? targetId, name === null));
  }
}

function resultOf({ kind, effect, change }: DescribedRequest, { results, change: changed }: RequestWords): string {
  switch (kind) {
    case 'create':
      return results.created;
    case 'replace':
    case 'patch':
      return change === undefined ? results.changed : changed(change);
    case 'delete':
      // The rule deleteAction can make a deletion a suspension.
      return effect === 'changed' ? results.suspended : results.deleted;
    case 'connectionTest':
      return results.passed;
    case 'bulk':
      return results.processed;
    default:
      return results.answered;
  }
}

/** Returns the title of an error by its code; the code itself if this version does not know it. */
export function reasonTitle(code: string, language: Language = 'en'): string {
  const known: Readonly<Record<string, { readonly title: string }>> = language === 'zh' ? zhErrors : errorTable;
  return Object.hasOwn(known, code) ? (known[code]?.title ?? code) : code;
}

/** Returns a title with a small first letter, unless its first word is a name or an abbreviation, such as JSON. */
export function inSentence(title: string): string {
  return /^[A-Z][a-z]* /.test(title) ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}
