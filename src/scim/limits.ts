/** The limits of the protocol core. Each is tested at the limit and one past it. */

/** UTF-16 units of a filter or a path. */
export const FILTER_LENGTH_MAX = 8_192;
/** Levels of grouping, negation and value paths. */
export const FILTER_DEPTH_MAX = 32;
/** Comparisons in one filter. */
export const FILTER_TERMS_MAX = 256;
/** Operations in one PATCH request, after no-path objects were split into one operation an attribute. */
export const PATCH_OPERATIONS_MAX = 1_000;
/**
 * Comparisons of elements that one PATCH request may cost: operations, values and terms of filters multiply, and all of
 * it happens in one transaction.
 */
export const PATCH_COMPARISONS_MAX = 100_000;
/** Names in `attributes`, and in `excludedAttributes`: no resource has as many. */
export const SELECTION_NAMES_MAX = 1_000;
/** UTF-16 units of a string value; the guide's limit. */
export const STRING_LENGTH_MAX = 1_024;
/** UTF-16 units of a reference, which may be a data URL. */
export const REFERENCE_LENGTH_MAX = 65_536;
/** Base64 characters of a binary value. */
export const BINARY_LENGTH_MAX = 131_072;
/** Values of a multi-valued attribute; the members of a group are limited by the size of the body instead. */
export const VALUES_MAX = 1_000;
/** Schemas that one organization defines itself. */
export const SCHEMAS_MAX = 20;
/** Attributes of a schema, and sub-attributes of one of its attributes. */
export const SCHEMA_ATTRIBUTES_MAX = 100;
export const SUB_ATTRIBUTES_MAX = 20;
/** UTF-16 units of a URN, of a name, and of a description. */
export const SCHEMA_URN_LENGTH_MAX = 256;
export const SCHEMA_NAME_LENGTH_MAX = 64;
export const SCHEMA_TEXT_LENGTH_MAX = 1_024;
/** Canonical values, and reference types, of one attribute. */
export const SCHEMA_VALUES_MAX = 100;
