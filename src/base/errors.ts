import { cutText } from './cut-text.ts';
import type { ErrorDefinition } from './error-definition.ts';
import { errorTable, type ErrorCode } from './error-table.ts';
import { escapeControls } from './invisible.ts';
import type { Reason } from './reasons/reason.ts';
import { installSchemaMessages } from './schema-messages.ts';

installSchemaMessages();

export interface ErrorContext {
  /** The attribute, path or setting that the error is about. */
  readonly attribute?: string | undefined;
  /** The offending value, never a secret. */
  readonly value?: unknown;
  /** Zero-based position in the text that was parsed. */
  readonly position?: number | undefined;
  /** The text that events record instead of the message, if the message quotes something that only the caller may read. */
  readonly recorded?: string | undefined;
  /**
   * The text for the operator, on the command line and in the log, if the message must not show callers a host, a role or a file.
   */
  readonly operatorText?: string | undefined;
  /** Seconds after which the same request can succeed, for Retry-After. */
  readonly retryAfterSeconds?: number | undefined;
  /** The reason, as a code with parameters; `refusal` sets it. */
  readonly reason?: Reason | undefined;
  /** The message in Chinese; `TranslatedError` sets it. */
  readonly chinese?: string | undefined;
  readonly cause?: unknown;
}

/** An expected failure. `message` may be shown to the caller: it names the attribute, the value, the reason, and the remedy. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly attribute: string | undefined;
  readonly value: unknown;
  readonly position: number | undefined;
  /** The text that events record: the message, unless it quotes something that only the caller may read. */
  readonly recorded: string;
  readonly retryAfterSeconds: number | undefined;
  readonly reason: Reason | undefined;
  /** The message in Chinese, of an error that has one. */
  readonly chinese: string | undefined;
  /** The text for the operator, on the command line and in the log: the message, unless it omits something that callers must not see. */
  readonly operatorText: string;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.attribute = context.attribute;
    this.value = context.value;
    this.position = context.position;
    this.recorded = context.recorded ?? message;
    this.retryAfterSeconds = context.retryAfterSeconds;
    this.reason = context.reason;
    this.chinese = context.chinese;
    this.operatorText = context.operatorText ?? message;
  }

  get definition(): ErrorDefinition {
    return errorTable[this.code];
  }

  /** True if the directory, not the request, is the cause (503 and 507): the same request can succeed later. */
  get isOutage(): boolean {
    const { status } = this.definition;
    return status === 503 || status === 507;
  }
}

/** Throws if a condition is false. For conditions that only a bug in this program can violate, not the input of a caller. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

const QUOTED_LENGTH_MAX = 80;

/** JSON of an object or a list with members of objects, also as an escaped text. */
const jsonWithMembers = /^"?\s*[[{].*"\s*:/s;

/**
 * Returns a value for an error message: as JSON, cut to a readable length, with control characters escaped. Leaves out the content of an
 * object, and of a text with an object in JSON: only the schemas say whether it has a secret, and messages are stored.
 *
 * @example
 * quote('ann'); // '"ann"'
 * quote({ password: 'pa55' }); // '{…}'
 * quote('{"password":"pa55"}'); // '"{…}"'
 */
export function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  if (jsonWithMembers.test(json)) return withoutContent(json);
  const text = escapeControls(json);
  return cutText(text, QUOTED_LENGTH_MAX);
}

function withoutContent(json: string): string {
  const shape = /^"?\s*\[/.test(json) ? '[…]' : '{…}';
  return json.startsWith('"') ? `"${shape}"` : shape;
}
