import { InvalidArgumentError, Option } from 'commander';

const LIMIT_DEFAULT = 100;
/** The largest value of --limit. */
export const LIMIT_MAX = 1_000;

/** Returns the option --limit of a list, with a default of 100 rows. */
export function limitOption(): Option {
  return new Option('--limit <n>', `the maximum number of rows, from 1 to ${LIMIT_MAX}`)
    .default(LIMIT_DEFAULT)
    .argParser((text) => {
      const limit = Number(text);
      if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${LIMIT_MAX}.`);
    });
}
