import type { JsonValue } from '#base/json.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import type { ResolvedAttribute } from '#scim/path/attribute-path.ts';

/** The target of an operation: an attribute, a sub-attribute, or elements of a multi-valued attribute. */
export interface PatchTarget extends ResolvedAttribute {
  /** Selects the elements of a multi-valued attribute; undefined for the attribute as a whole. */
  readonly filter: TypedElementFilter | undefined;
  /** The path as the client wrote it, for messages. */
  readonly text: string;
}

/**
 * One operation in the form of RFC 7644 §3.5.2, independent of client dialects. Its names and types are those of the schema, it
 * has a target, and an unassigned value (null, "", an empty array) is represented as a remove operation.
 */
export type PatchOperation =
  | {
      readonly op: 'add' | 'replace';
      readonly target: PatchTarget;
      readonly value: JsonValue;
      /**
       * The element to add if the target's filter matches none, built from the filter's `eq` terms: `{type: "work"}`. undefined
       * if the operation fails with `noTarget` instead (RFC 7644 §3.5.2.3).
       */
      readonly missingElement: { readonly [name: string]: JsonValue } | undefined;
    }
  | {
      readonly op: 'remove';
      readonly target: PatchTarget;
      /** Removes only the elements whose `value` is one of these; undefined removes all elements of the target. */
      readonly values: readonly string[] | undefined;
      /**
       * True if the value was sent as a bare string, which RFC 7644 does not define: it is an error if no element has that
       * value. A list of elements, which Entra ID sends, may also name values that were removed before.
       */
      readonly mustMatch?: boolean;
    };

/** An attribute of a request that was ignored. The activity log lists it. */
export interface IgnoredAttribute {
  /** As the client wrote it. */
  readonly path: string;
  readonly reason: 'unknown' | 'readOnly';
}

/** An integration's rule for attributes that no schema has. */
export type UnknownAttributePolicy = 'ignore' | 'reject';
