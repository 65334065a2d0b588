import type { JsonObject } from '#base/json.ts';

/** A value of a target attribute; objects are whole elements, such as roles. */
export type FlatValue = string | number | boolean | readonly FlatValue[] | JsonObject;

/** A target object by the names of the mappings' target attributes (§1.10: flattened). */
export type FlatResource = ReadonlyMap<string, FlatValue>;

/** One attribute that is to change in the target. */
export interface FlatChange {
  readonly target: string;
  /** add: the target has no value. */
  readonly op: 'add' | 'replace' | 'remove';
  readonly value: FlatValue | undefined;
}
