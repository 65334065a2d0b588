/** The limits of the protocol core. Tests check the value at each limit and the value one above it. */

/** The maximum number of UTF-16 code units in a filter or a path. */
export const FILTER_LENGTH_MAX = 8_192;
/** The maximum depth of nested groups, negations and value paths in a filter. */
export const FILTER_DEPTH_MAX = 32;
/** The maximum number of comparisons in one filter. */
export const FILTER_TERMS_MAX = 256;
/**
 * The maximum number of operations in one PATCH request. An operation without a path counts as one operation per attribute
 * of its value.
 */
export const PATCH_OPERATIONS_MAX = 1_000;
/**
 * The maximum number of element comparisons in one PATCH request. Their number grows with the product of the operations, the
 * values and the terms of the filters, and all of them run in one transaction.
 */
export const PATCH_COMPARISONS_MAX = 100_000;
/** The maximum number of names in each of the parameters `attributes` and `excludedAttributes`. No resource has this many attributes. */
export const SELECTION_NAMES_MAX = 1_000;
/** The maximum number of UTF-16 code units in a string value, as in the integration guide. */
export const STRING_LENGTH_MAX = 1_024;
/** The maximum number of UTF-16 code units in a reference, which may be a data URL. */
export const REFERENCE_LENGTH_MAX = 65_536;
/** The maximum number of base64 characters in a binary value. */
export const BINARY_LENGTH_MAX = 131_072;
/**
 * The maximum number of values of a multi-valued attribute. Does not apply to the members of a group: only the size of the body limits
 * them.
 */
export const VALUES_MAX = 1_000;
/** The maximum number of custom schemas of one organization. */
export const SCHEMAS_MAX = 20;
/** The maximum number of attributes in a custom schema, and the maximum number of sub-attributes in one of these attributes. */
export const SCHEMA_ATTRIBUTES_MAX = 100;
export const SUB_ATTRIBUTES_MAX = 20;
/** The maximum number of UTF-16 code units in the URN, in a name, and in a description of a custom schema. */
export const SCHEMA_URN_LENGTH_MAX = 256;
export const SCHEMA_NAME_LENGTH_MAX = 64;
export const SCHEMA_TEXT_LENGTH_MAX = 1_024;
/** The maximum number of canonical values of one custom attribute, and also of its reference types. */
export const SCHEMA_VALUES_MAX = 100;
