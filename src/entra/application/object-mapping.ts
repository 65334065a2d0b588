import type { ObjectType } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';

/** What a mapping of one attribute yields for one object of the source. */
export type MappedValue =
  /** The attribute is set to this. */
  | { readonly kind: 'value'; readonly value: FlatValue; readonly redacted: boolean }
  /** Null and absent values never flow. */
  | { readonly kind: 'none' }
  /** A reference to another object of the source, by its id; it flows once that one is linked. */
  | { readonly kind: 'reference'; readonly sourceIds: readonly string[] };

/** One row of an attribute mapping, compiled. */
export interface AttributeMapping {
  /** The target attribute's name: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. */
  readonly target: string;
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Reference' | 'Binary';
  readonly multivalued: boolean;
  readonly caseExact: boolean;
  readonly required: boolean;
  /** Always, or only when an object is created. */
  readonly flowType: 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly';
  /** 0 when it is no matching attribute; else its precedence, the lowest first. */
  readonly matchingPriority: number;
  /** Used when an object is created and the source has no value. */
  readonly defaultValue: string | null;
  /** Names of the source attributes that it reads. */
  readonly reads: readonly string[];
  /** Throws an AppError with what is wrong with the expression's input. */
  readonly evaluate: (source: SourceValues, context: MappingContext) => MappedValue;
}

/** An object of the source as mappings read it: every attribute by name, with those that are computed. */
export type SourceValues = ReadonlyMap<string, FlatValue | null>;

export interface MappingContext {
  readonly now: Date;
  /** For the Switch fault: attributes that changed since the last cycle; undefined when all are to be taken as changed. */
  readonly changed: ReadonlySet<string> | undefined;
  /** What DefaultDomain() answers: the tenant's. */
  readonly defaultDomain?: string | undefined;
  /** Up to the limit, which it never reaches; without it the system's. */
  readonly random?: ((limit: number) => number) | undefined;
}

/** The mappings of one object type, compiled from the synchronization schema. */
export interface ObjectMapping {
  /** "Provision Microsoft Entra ID Users". */
  readonly name: string;
  /** Of the synchronization rule. */
  readonly ruleId: string;
  readonly sourceType: ObjectType;
  /** The target's object, such as urn:ietf:params:scim:schemas:extension:enterprise:2.0:User. */
  readonly targetObject: string;
  readonly enabled: boolean;
  readonly actions: { readonly add: boolean; readonly update: boolean; readonly delete: boolean };
  readonly attributes: readonly AttributeMapping[];
  /** Of `attributes`, those that match, by precedence. */
  readonly matching: readonly AttributeMapping[];
  /** Whether `active` is mapped from IsSoftDeleted: then who leaves is disabled, and otherwise deleted. */
  readonly softDeletes: boolean;
  /** Evaluates the scoping filters; groups of clauses are ORed, clauses within one ANDed (§3.7). */
  readonly evaluateScope: (source: SourceValues) => ScopeEvaluation;
}

export interface ScopeEvaluation {
  readonly inScope: boolean;
  /** By "{title} {attribute} {operator} {value}". */
  readonly clauses: Readonly<Record<string, boolean>>;
}
