/** The limits of expressions. Each is tested at the limit and one past it. */

/** UTF-16 units of an expression: Entra ID's own limit. */
export const EXPRESSION_LENGTH_MAX = 10_000;
/** Levels of function calls within each other. */
export const EXPRESSION_DEPTH_MAX = 200;
/** UTF-16 units of a text that a function makes. Templates within templates would grow without it. */
export const VALUE_LENGTH_MAX = 100_000;
/** Elements of a list that a function makes. */
export const LIST_LENGTH_MAX = 10_000;
/** Characters of RandomString: Entra ID's own limit. */
export const RANDOM_LENGTH_MAX = 256;
/** UTF-16 units of a text that is read as a date. */
export const DATE_LENGTH_MAX = 100;
/** UTF-16 units of a regular expression. */
export const PATTERN_LENGTH_MAX = 2_000;
/** Groups of a regular expression within each other. */
export const PATTERN_DEPTH_MAX = 50;
/** Instructions of a regular expression, in which a{3} is three times a. */
export const PATTERN_SIZE_MAX = 20_000;
/** UTF-16 units of a text that a regular expression is applied to. */
export const PATTERN_INPUT_LENGTH_MAX = 10_000;
/** Steps of all regular expressions of one evaluation: what (a+)+ would multiply ends here, within milliseconds. */
export const PATTERN_STEPS_MAX = 500_000;
