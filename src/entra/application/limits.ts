/** The limits of synchronization schemas. Tests check a value at each limit, and a value just above it. */

/** Maximum length of a synchronization schema in JSON, in UTF-16 code units. */
export const SCHEMA_LENGTH_MAX = 2_000_000;
/** Maximum number of directories in a schema. A schema needs two: a source and a target. */
export const DIRECTORIES_MAX = 10;
/** Maximum number of attributes of an object in a directory. */
export const ATTRIBUTES_MAX = 1_000;
/** Maximum number of rows in an attribute mapping. */
export const MAPPINGS_MAX = 500;
/** Maximum number of synchronization rules in a schema, and of object mappings in a rule. */
export const RULES_MAX = 20;
/** Maximum number of scoping filters in a mapping, of clauses in a filter, and of values in a clause. */
export const CLAUSES_MAX = 100;
/** Maximum length of a name or a constant, in UTF-16 code units. */
export const NAME_LENGTH_MAX = 10_000;
