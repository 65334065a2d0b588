import { errorTable } from '#base/error-table.ts';
import type { ErrorDefinition } from '#base/error-definition.ts';
import type { Interface, ReasonParameters } from '#base/reasons/reason.ts';
import { reasonWords } from '#base/reasons/refusal.ts';
import { reasonTable, type ReasonCode } from '#base/reasons/reasons.ts';
import { fixesInAdvice, type RuleFix } from '#base/reasons/rule-fixes.ts';
import { refusalInChinese } from '#base/reasons/zh/refusal-in-chinese.ts';
import type { Language } from '#base/words/language.ts';
import type { StoredEvent } from './stored-event.ts';

/** Why a request was refused, or why something failed, for an administrator. */
export interface RefusalInWords {
  /** The code of the error. */
  readonly code: string;
  /** The code of the reason; null if the error has none. */
  readonly reason: string | null;
  readonly text: string;
  /** What to do about it; null if `text` says so. */
  readonly advice: string | null;
  /** The rules of the integration that the advice says to change, each with the value that would accept the request. */
  readonly fixes: readonly RuleFix[];
  /** The names that the request sent. */
  readonly sent: {
    readonly userName: string | null;
    readonly email: string | null;
    readonly displayName: string | null;
    readonly externalId: string | null;
  };
  /** The number of requests that the event covers, and the times of the first and the last; null for a single request. */
  readonly repeated: { readonly count: number; readonly first: string; readonly last: string } | null;
}

/**
 * Explains the error of an event to an administrator: what is wrong, why, and what to do at the interface that sent the request. Returns
 * undefined for an event without an error.
 *
 * @example
 * describeRefusal(event)?.advice; // 'In Entra ID, map userPrincipalName to emails[type eq "work"].value, …'
 */
export function describeRefusal(event: StoredEvent, language: Language = 'en'): RefusalInWords | undefined {
  const { error_code: code, error_message: message = '', resource, repeated = null } = event;
  if (code === undefined) return undefined;
  const inWords =
    renderedReason(event, language) ??
    (language === 'zh'
      ? refusalInChinese(code, message)
      : { text: message, advice: definitionOf(code)?.remedy ?? null });
  return {
    code,
    reason: event.reason?.code ?? null,
    ...inWords,
    // A reason with several remedies has them in its text.
    fixes: fixesInAdvice(inWords.advice ?? inWords.text),
    sent: {
      userName: resource.username ?? null,
      email: resource.email ?? null,
      displayName: resource.displayName ?? null,
      externalId: resource.externalId ?? null,
    },
    repeated,
  };
}

/** Renders the reason of an event; undefined if it has none, or one that this version cannot render. */
function renderedReason(event: StoredEvent, language: Language): Pick<RefusalInWords, 'text' | 'advice'> | undefined {
  const { code, parameters = {} } = event.reason ?? {};
  if (code === undefined || !Object.hasOwn(reasonTable, code)) return undefined;
  try {
    const { text, advice } = reasonWords(
      code as ReasonCode,
      parameters as ReasonParameters,
      interfaceOf(event),
      language,
    );
    return { text, advice: advice === '' ? null : advice };
  } catch {
    // Another version recorded the event with other parameters. Its message has the same facts.
    return undefined;
  }
}

/** Returns the interface of the request, for whose caller the advice is. */
function interfaceOf({ request, initiated_by: actor }: StoredEvent): Interface {
  if (actor.type === 'command_line') return 'commandLine';
  return actor.type === 'integration' || request?.path.startsWith('/scim') === true ? 'scim' : 'rest';
}

function definitionOf(code: string): ErrorDefinition | undefined {
  const known: Readonly<Record<string, ErrorDefinition>> = errorTable;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}
