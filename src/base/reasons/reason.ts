import type { ErrorCode } from '#base/error-table.ts';

/**
 * Where a refusal is read: by the administrator of an identity provider (SCIM, usually Entra ID), a REST client's developer, an
 * administrator who imports a CSV file, a user of the command line, or an end user in the portal.
 */
export const interfaces = ['scim', 'rest', 'csv', 'commandLine', 'portal'] as const;
export type Interface = (typeof interfaces)[number];

/** What a reason is about: never a secret, nor a value that is never returned. Events store it. */
export type ReasonParameters = Readonly<Record<string, string | number | boolean | undefined | readonly string[]>>;

/** Of a reason that is about nothing in particular. */
export type NoParameters = Readonly<Record<string, never>>;

/** Why one request is refused: the code and the parameters say it in any language, `messageFor` in plain English. */
export interface Reason {
  readonly code: string;
  readonly parameters: ReasonParameters;
  readonly messageFor: (at: Interface) => string;
}

/** What each caller can do about one value; undefined at an interface where the reason cannot occur. */
export type Advice = Readonly<Record<Interface, string | undefined>>;

/** The name of a SCIM attribute as an interface calls it: `userName`, `username`, `User name`. */
export type NameOf = (attribute: string) => string;

export interface ReasonDefinition<Parameters extends ReasonParameters> {
  /** The entry of the error table that has the HTTP status. */
  readonly code: ErrorCode;
  /** The entry for these parameters, where it depends on them. */
  readonly codeFor?: (parameters: Parameters) => ErrorCode;
  /** What is wrong with the value, and why. */
  readonly says: (parameters: Parameters, nameOf: NameOf, at: Interface) => string;
  /** True where `says` already says what to send, so that the advice is empty. */
  readonly saysAll?: true;
  /** What the caller can do for this value, in whole sentences. */
  readonly advice: (parameters: Parameters) => Advice;
  /** Parameters that tests and the reference render: one for each advice that depends on the value. */
  readonly examples: readonly [Parameters, ...Parameters[]];
}

/**
 * One row of a table of reasons.
 *
 * @example
 * const reasons = {
 *   groupsOff: defineReason({
 *     code: 'groupsOff',
 *     says: () => 'Groups are switched off for this integration.',
 *     advice: () => everywhere('Switch them on.'),
 *     examples: [{}],
 *   }),
 * };
 */
export function defineReason<Parameters extends ReasonParameters>(
  definition: ReasonDefinition<Parameters>,
): ReasonDefinition<Parameters> {
  return definition;
}

/** The same advice for each caller, except where another is given. */
export function sameAdvice(advice: string, except: Partial<Advice> = {}): Advice {
  return { scim: advice, rest: advice, csv: advice, commandLine: advice, portal: advice, ...except };
}

/** Advice for SCIM clients alone: the reason cannot occur elsewhere. */
export function inScim(advice: string): Advice {
  return { scim: advice, rest: undefined, csv: undefined, commandLine: undefined, portal: undefined };
}

/** What a user of the portal can do about anything that only an administrator can change. */
export const ASK_ADMINISTRATOR = 'Ask your administrator.';
