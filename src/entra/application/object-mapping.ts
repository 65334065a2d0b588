import type { ObjectType } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';

/** The result of an attribute mapping for an object of the source. */
export type MappedValue =
  /** The attribute is set to the value. */
  | { readonly kind: 'value'; readonly value: FlatValue; readonly redacted: boolean }
  /** No value: null and absent values never flow. */
  | { readonly kind: 'none' }
  /** References to other objects of the source, by their ids; each flows once the other object is linked. */
  | { readonly kind: 'reference'; readonly sourceIds: readonly string[] };

/** A compiled attribute mapping. */
export interface AttributeMapping {
  /** The name of the target attribute, such as `name.givenName`, `emails[type eq "work"].value` or `urn:…:User:department`. */
  readonly target: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Reference' | 'Binary';
  readonly multivalued: boolean;
  readonly caseExact: boolean;
  readonly required: boolean;
  /** When the value flows: always, only when the object is created, or, for several values, only to add values. */
  readonly flowType: 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly';
  /** The precedence of a matching attribute, the lowest first; 0 if it is not a matching attribute. */
  readonly matchingPriority: number;
  /** The value for an object that is created without a value in the source. */
  readonly defaultValue: string | null;
  /** The names of the source attributes that it reads. */
  readonly reads: readonly string[];
  /** Throws an AppError if the expression cannot be evaluated, or its value does not have the type of the target. */
  readonly evaluate: (source: SourceValues, context: MappingContext) => MappedValue;
}

/** The attributes of a source object by name, including computed ones, as mappings read them. */
export type SourceValues = ReadonlyMap<string, FlatValue | null>;

export interface MappingContext {
  readonly now: Date;
  /** For the Switch fault: the attributes that changed since the last cycle; undefined to treat all as changed. */
  readonly changed: ReadonlySet<string> | undefined;
  /** The domain of the tenant, which DefaultDomain() returns. */
  readonly defaultDomain?: string | undefined;
  /** Returns a random integer that is at least 0 and less than the limit. Default: `randomInt` of node:crypto. */
  readonly random?: ((limit: number) => number) | undefined;
}

/** The mappings of one object type, compiled from the synchronization schema. */
export interface ObjectMapping {
  /** Such as "Provision Microsoft Entra ID Users". */
  readonly name: string;
  /** The id of the synchronization rule. */
  readonly ruleId: string;
  readonly sourceType: ObjectType;
  /** The name of the target's object, such as urn:ietf:params:scim:schemas:extension:enterprise:2.0:User. */
  readonly targetObject: string;
  readonly enabled: boolean;
  readonly actions: { readonly add: boolean; readonly update: boolean; readonly delete: boolean };
  readonly attributes: readonly AttributeMapping[];
  /** The matching attributes of `attributes`, by precedence. */
  readonly matching: readonly AttributeMapping[];
  /** True if `active` is mapped from IsSoftDeleted: users who leave the scope are then disabled, and otherwise deleted. */
  readonly softDeletes: boolean;
  /** Evaluates the scoping filters. The clauses within a group are combined by AND, the groups by OR (§3.7). */
  readonly evaluateScope: (source: SourceValues) => ScopeEvaluation;
}

export interface ScopeEvaluation {
  readonly inScope: boolean;
  /** The result of each clause, by "{title} {attribute} {operator} {value}". */
  readonly clauses: Readonly<Record<string, boolean>>;
}
