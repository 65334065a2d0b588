import type { ObjectType } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';

/** The result of evaluating an attribute mapping for a source object. */
export type MappedValue =
  /** The target attribute is set to the value. */
  | { readonly kind: 'value'; readonly value: FlatValue; readonly redacted: boolean }
  /** The mapping has no value, so the target attribute is not written. */
  | { readonly kind: 'none' }
  /** The ids of other source objects. Each reference is written once that object is linked to an object in the target. */
  | { readonly kind: 'reference'; readonly sourceIds: readonly string[] };

/** A compiled attribute mapping. */
export interface AttributeMapping {
  /** The name of the target attribute, such as `name.givenName`, `emails[type eq "work"].value` or `urn:…:User:department`. */
  readonly target: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Reference' | 'Binary';
  readonly multivalued: boolean;
  readonly caseExact: boolean;
  readonly required: boolean;
  /** When the value is written: always; only when the object is created; or, for multivalued targets, only to add values. */
  readonly flowType: 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly';
  /** The precedence of a matching attribute. Attributes with lower numbers are tried first. 0 if the attribute is not used for matching. */
  readonly matchingPriority: number;
  /** The value that is written when an object is created and the mapping has no value. */
  readonly defaultValue: string | null;
  /** The names of the source attributes that the mapping reads. */
  readonly reads: readonly string[];
  /** Throws an AppError if the expression cannot be evaluated, or its value cannot be converted to the type of the target. */
  readonly evaluate: (source: SourceValues, context: MappingContext) => MappedValue;
}

/** Maps attribute names to the values of a source object, including computed attributes. Mappings read these values. */
export type SourceValues = ReadonlyMap<string, FlatValue | null>;

export interface MappingContext {
  readonly now: Date;
  /** For the fault `switchIsNull`: the attributes that changed since the last cycle; undefined to treat all attributes as changed. */
  readonly changed: ReadonlySet<string> | undefined;
  /** The domain of the tenant, which the function DefaultDomain() returns. */
  readonly defaultDomain?: string | undefined;
  /** Returns a random integer from 0 to `limit` - 1. Default: `randomInt` of node:crypto. */
  readonly random?: ((limit: number) => number) | undefined;
}

/** The mappings of one object type, compiled from the synchronization schema. */
export interface ObjectMapping {
  /** The name of the mapping in the portal, such as "Provision Microsoft Entra ID Users". */
  readonly name: string;
  /** The id of the synchronization rule. */
  readonly ruleId: string;
  readonly sourceType: ObjectType;
  /** The name of the target object, such as urn:ietf:params:scim:schemas:extension:enterprise:2.0:User. */
  readonly targetObject: string;
  readonly enabled: boolean;
  readonly actions: { readonly add: boolean; readonly update: boolean; readonly delete: boolean };
  readonly attributes: readonly AttributeMapping[];
  /** The mappings in `attributes` that are used for matching, ordered by precedence. */
  readonly matching: readonly AttributeMapping[];
  /** True if `active` is mapped from IsSoftDeleted. If true, users who leave the scope are disabled; if false, they are deleted. */
  readonly softDeletes: boolean;
  /** Evaluates the scoping filters. The clauses of a filter are combined with AND, the filters with OR (§3.7). */
  readonly evaluateScope: (source: SourceValues) => ScopeEvaluation;
}

export interface ScopeEvaluation {
  readonly inScope: boolean;
  /** The result of each clause. The key is "{title} {attribute} {operator} {value}". */
  readonly clauses: Readonly<Record<string, boolean>>;
}
