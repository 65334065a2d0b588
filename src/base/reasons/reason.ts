import type { ErrorCode } from '#base/error-table.ts';
import type { Language } from '#base/words/language.ts';

/**
 * The interfaces at which a refusal is read: by the administrator of an identity provider (SCIM, usually Entra ID), the developer
 * of a REST client, an administrator who imports a CSV file, a command-line user, or an end user in the portal.
 */
export const interfaces = ['scim', 'rest', 'csv', 'commandLine', 'portal'] as const;
export type Interface = (typeof interfaces)[number];

/** The values that a reason names. Events store them, so they must not include secrets or values that are never returned. */
export type ReasonParameters = Readonly<Record<string, string | number | boolean | undefined | readonly string[]>>;

/** The parameters of a reason that names no values. */
export type NoParameters = Readonly<Record<string, never>>;

/** Why a request is refused: as a code with parameters for programs, and as a text for people, by default in English. */
export interface Reason {
  readonly code: string;
  readonly parameters: ReasonParameters;
  readonly messageFor: (at: Interface, language?: Language) => string;
}

/** What the caller at each interface can do about one value; undefined for an interface where the reason cannot occur. */
export type Advice = Readonly<Record<Interface, string | undefined>>;

/** Returns the name of a SCIM attribute at an interface: `userName`, `username` or `Username`. */
export type NameOf = (attribute: string) => string;

export interface ReasonDefinition<Parameters extends ReasonParameters> {
  /** The entry of the error table that has the HTTP status. */
  readonly code: ErrorCode;
  /** Returns the entry of the error table for these parameters; only for a reason whose entry depends on them. */
  readonly codeFor?: (parameters: Parameters) => ErrorCode;
  /** What is wrong with the value, and why. */
  readonly says: (parameters: Parameters, nameOf: NameOf, at: Interface) => string;
  /** True if the text of `says` includes the advice, so that `advice` is empty. */
  readonly includesAdvice?: true;
  /** What the caller can do about this value, in full sentences. */
  readonly advice: (parameters: Parameters) => Advice;
  /** Parameters that the tests and the reference documentation render: one for each form of the text and the advice. */
  readonly examples: readonly [Parameters, ...Parameters[]];
}

/**
 * Defines one row of a table of reasons.
 *
 * @example
 * const reasons = {
 *   groupsOff: defineReason({
 *     code: 'groupsOff',
 *     says: () => 'Groups are switched off for this integration.',
 *     advice: () => sameAdvice('Switch them on.'),
 *     examples: [{}],
 *   }),
 * };
 */
export function defineReason<Parameters extends ReasonParameters>(
  definition: ReasonDefinition<Parameters>,
): ReasonDefinition<Parameters> {
  return definition;
}

/** Returns the same advice for every interface except the interfaces in `except`, which get the advice given there. */
export function sameAdvice(advice: string, except: Partial<Advice> = {}): Advice {
  return { scim: advice, rest: advice, csv: advice, commandLine: advice, portal: advice, ...except };
}

/** Returns the advice that a function gives for each interface. */
export function adviceAt(adviceFor: (at: Interface) => string): Advice {
  return {
    scim: adviceFor('scim'),
    rest: adviceFor('rest'),
    csv: adviceFor('csv'),
    commandLine: adviceFor('commandLine'),
    portal: adviceFor('portal'),
  };
}

/** Returns advice for a reason that can occur only in SCIM. */
export function inScim(advice: string): Advice {
  return { scim: advice, rest: undefined, csv: undefined, commandLine: undefined, portal: undefined };
}

/** The advice for portal users about anything that only an administrator can change. */
export const ASK_ADMINISTRATOR = 'Ask your administrator.';
