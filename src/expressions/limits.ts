/** The limits of expressions. Tests check the value at each limit and the value one above it. */

/** The maximum length of an expression, in UTF-16 units. Entra ID has the same limit. */
export const EXPRESSION_LENGTH_MAX = 10_000;
/** The maximum depth of nested function calls. */
export const EXPRESSION_DEPTH_MAX = 200;
/**
 * The maximum length of a string that a function returns, in UTF-16 units. Without it, templates nested in templates would
 * grow exponentially.
 */
export const VALUE_LENGTH_MAX = 100_000;
/** The maximum number of elements in a list that a function returns. */
export const LIST_LENGTH_MAX = 10_000;
/** The maximum length of the string that RandomString returns. Entra ID has the same limit. */
export const RANDOM_LENGTH_MAX = 256;
/** The maximum length of a text that is parsed as a date, in UTF-16 units. */
export const DATE_LENGTH_MAX = 100;
/** The maximum length of a regular expression, in UTF-16 units. */
export const PATTERN_LENGTH_MAX = 2_000;
/** The maximum depth of nested groups in a regular expression. */
export const PATTERN_DEPTH_MAX = 50;
/** The maximum number of instructions in a compiled regular expression. `a{3}` compiles to three copies of `a`. */
export const PATTERN_SIZE_MAX = 20_000;
/** The maximum length of a text that a regular expression is applied to, in UTF-16 units. */
export const PATTERN_INPUT_LENGTH_MAX = 10_000;
/**
 * The maximum number of steps that all regular expressions of one evaluation take together. It stops the exponential
 * backtracking of patterns such as `(a+)+` within milliseconds.
 */
export const PATTERN_STEPS_MAX = 500_000;
