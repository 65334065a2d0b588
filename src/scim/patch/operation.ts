import type { JsonValue } from '#base/json.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import type { ResolvedAttribute } from '#scim/path/attribute-path.ts';

/** What an operation is aimed at: an attribute, a sub-attribute, or elements of a multi-valued attribute. */
export interface PatchTarget extends ResolvedAttribute {
  /** Which elements; undefined for the attribute as a whole. */
  readonly filter: TypedElementFilter | undefined;
  /** The path as the client wrote it, for messages. */
  readonly text: string;
}

/**
 * One operation in the form of RFC 7644 §3.5.2, with every client dialect taken out: names and types are the schema's,
 * every operation has a target, and what is unassigned (null, "", an empty array) became a removal.
 */
export type PatchOperation =
  | {
      readonly op: 'add' | 'replace';
      readonly target: PatchTarget;
      readonly value: JsonValue;
      /**
       * The element to add when the target's filter matches none, made of the filter's `eq` terms (`{type: "work"}`);
       * undefined where RFC 7644's noTarget holds.
       */
      readonly missingElement: { readonly [name: string]: JsonValue } | undefined;
    }
  | {
      readonly op: 'remove';
      readonly target: PatchTarget;
      /** Only the elements with one of these in `value`; undefined for all that the target names. */
      readonly values: readonly string[] | undefined;
      /**
       * True where the value was sent as a bare string, which RFC 7644 does not have: it is an error then if no element has
       * it. Entra ID's list of elements may name one that was removed before.
       */
      readonly mustMatch?: boolean;
    };

/** An attribute of a request that was left out, for the activity log. */
export interface IgnoredAttribute {
  /** As the client wrote it. */
  readonly path: string;
  readonly reason: 'unknown' | 'readOnly';
}

/** What to do with attributes that no schema has: an integration's rule. */
export type UnknownAttributePolicy = 'ignore' | 'reject';
