import type { AppError } from './errors.ts';
import { MistakeError } from './mistake-error.ts';
import type { Interface } from './reasons/reason.ts';
import type { Language } from './words/language.ts';
import { zhErrors } from './words/zh-errors.ts';
import { zhExpressionMistakes } from './words/zh-expression-mistakes.ts';

/**
 * Returns the message of an error for the caller at an interface, with the advice that this caller can follow. The details of an error
 * without a reason and without a translation are English.
 */
export function messageFor(error: AppError, at: Interface, language: Language = 'en'): string {
  if (language === 'zh') return chineseFor(error, at) ?? `${zhErrors[error.code].title}：${error.message}`;
  return error.reason?.messageFor(at) ?? error.message;
}

/** Returns the message of an error in Chinese; undefined if its details are only in English. */
export function chineseFor(error: AppError, at: Interface): string | undefined {
  if (error.reason !== undefined) return error.reason.messageFor(at, 'zh');
  return error instanceof MistakeError ? error.say(zhExpressionMistakes) : error.chinese;
}

/** Returns the message for an event: the caller's message, unless it quotes something that only the caller may read. */
export function recordedFor(error: AppError, at: Interface): string {
  return error.recorded === error.message ? messageFor(error, at) : error.recorded;
}
