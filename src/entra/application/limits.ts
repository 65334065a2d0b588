/** The limits of synchronization schemas. Each is tested at the limit and one above it. */

/** UTF-16 units of a synchronization schema in JSON. */
export const SCHEMA_LENGTH_MAX = 2_000_000;
/** Directories of a schema, which needs two: a source and a target. */
export const DIRECTORIES_MAX = 10;
/** Attributes of an object in a directory. */
export const ATTRIBUTES_MAX = 1_000;
/** Rows of an attribute mapping. */
export const MAPPINGS_MAX = 500;
/** Synchronization rules of a schema, and object mappings of a rule. */
export const RULES_MAX = 20;
/** Scoping filters of a mapping, clauses of a filter, and values of a clause. */
export const CLAUSES_MAX = 100;
/** UTF-16 units of names and of constants. */
export const NAME_LENGTH_MAX = 10_000;
