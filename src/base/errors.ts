import type { ErrorDefinition } from './error-definition.ts';
import { errorTable, type ErrorCode } from './error-table.ts';
import { escapeControls } from './invisible.ts';
import type { Interface, Reason } from './reasons/reason.ts';
import { describeValuesPlainly } from './value-words.ts';

describeValuesPlainly();

export interface ErrorContext {
  /** The attribute, path or setting that the error is about. */
  readonly attribute?: string | undefined;
  /** The offending value, never a secret. */
  readonly value?: unknown;
  /** Zero-based position in the text that was parsed. */
  readonly position?: number | undefined;
  /** What events say instead of the message, where it quotes what only the caller may read. */
  readonly recorded?: string | undefined;
  /** What the operator reads on the command line and in the log instead of the message: a host, a role or a file that callers must not see. */
  readonly operatorText?: string | undefined;
  /** Seconds after which the same request can succeed: for Retry-After. */
  readonly retryAfterSeconds?: number | undefined;
  /** Why, as a code with parameters; `refusal` sets it. */
  readonly reason?: Reason | undefined;
  readonly cause?: unknown;
}

/** An expected failure. `message` is safe to show: it names the attribute, the value, the reason, and the fix. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly attribute: string | undefined;
  readonly value: unknown;
  readonly position: number | undefined;
  /** What events say: the message, unless it quotes what only the caller may read. */
  readonly recorded: string;
  readonly retryAfterSeconds: number | undefined;
  readonly reason: Reason | undefined;
  /** What the operator reads on the command line and in the log: the message, unless it leaves out what callers must not see. */
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
    this.operatorText = context.operatorText ?? message;
  }

  get definition(): ErrorDefinition {
    return errorTable[this.code];
  }

  /** Whether the directory, not the request, is the reason, and the same request can succeed later: 503 and 507. */
  get isOutage(): boolean {
    const { status } = this.definition;
    return status === 503 || status === 507;
  }
}

/** The message of an error for the caller at an interface: with the advice that this caller can follow. */
export function messageFor(error: AppError, at: Interface): string {
  return error.reason?.messageFor(at) ?? error.message;
}

/** The message for an event: what the caller was told, unless that quotes what only the caller may read. */
export function recordedFor(error: AppError, at: Interface): string {
  return error.recorded === error.message ? messageFor(error, at) : error.recorded;
}

/** For what cannot happen: the program's own mistake, never a caller's. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

const QUOTED_LENGTH_MAX = 80;

/** A value for an error message: as JSON, cut to a readable length. */
export function quote(value: unknown): string {
  const text = escapeControls(JSON.stringify(value) ?? 'nothing');
  // The cut may go through a pair of surrogates.
  return text.length <= QUOTED_LENGTH_MAX ? text : `${text.slice(0, QUOTED_LENGTH_MAX).toWellFormed()}…`;
}
