import type { JsonObject } from '#base/json.ts';

/** A value of a target attribute. An object is a whole element of a multi-valued attribute, such as a role. */
export type FlatValue = string | number | boolean | readonly FlatValue[] | JsonObject;

/** The values of a target object, by the names of the target attributes in the mappings (§1.10), such as `name.givenName`. */
export type FlatResource = ReadonlyMap<string, FlatValue>;

/** A change of one attribute in the target. */
export interface FlatChange {
  readonly target: string;
  /** `add` if the target has no value. */
  readonly op: 'add' | 'replace' | 'remove';
  readonly value: FlatValue | undefined;
}
