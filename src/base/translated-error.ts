import type { ErrorCode } from './error-table.ts';
import { AppError, type ErrorContext } from './errors.ts';
import type { Shape } from './words/language.ts';
import { messages } from './words/messages.ts';
import { zhMessages } from './words/zh-messages.ts';

/** The messages of a language. */
export type Messages = Shape<typeof messages>;

/**
 * An error with a message that users of the portal read in their language. Events and logs have it in English.
 *
 * @example throw new TranslatedError('secondFactor', ({ wrongCode }) => wrongCode, { attribute: 'totp' });
 */
export class TranslatedError extends AppError {
  constructor(code: ErrorCode, say: (messages: Messages) => string, context: Omit<ErrorContext, 'chinese'> = {}) {
    super(code, say(messages), { ...context, chinese: say(zhMessages) });
  }
}

/** Returns the messages of a language. */
export function messagesIn(language: 'en' | 'zh'): Messages {
  return language === 'zh' ? zhMessages : messages;
}
