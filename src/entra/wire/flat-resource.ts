import type { JsonObject } from '#base/json.ts';

/** A value of a target attribute. An object is an element of a multivalued attribute, such as a role. */
export type FlatValue = string | number | boolean | readonly FlatValue[] | JsonObject;

/** Maps the names of target attributes, as in the mappings, to the values of a target object. A name is, for example, `name.givenName`. */
export type FlatResource = ReadonlyMap<string, FlatValue>;

/** A change to one attribute of a target object. */
export interface FlatChange {
  readonly target: string;
  /** `add` if the target object has no value for the attribute. */
  readonly op: 'add' | 'replace' | 'remove';
  readonly value: FlatValue | undefined;
}
