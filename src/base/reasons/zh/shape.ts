import type { ReasonDefinition } from '../reason.ts';
import type { ParametersOf, ReasonCode } from '../reasons.ts';

/** The texts of some reasons in another language than English, with the same parameters. A text that is missing is a type error. */
export type ReasonTexts<Codes extends ReasonCode> = {
  readonly [Code in Codes]: Pick<ReasonDefinition<ParametersOf<Code>>, 'says' | 'advice'>;
};

/** The advice for portal users about anything that only an administrator can change. */
export const ASK_ADMINISTRATOR_ZH = '请联系管理员。';
