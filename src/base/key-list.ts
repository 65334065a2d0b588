/** Up to here a list is faster to look through than a Map is to fill. */
const LISTED_MAX = 8;

/** Whether names that differ only by case are the same: they are in SCIM, and are not in the REST API. */
export type KeyComparison = 'ignoreCase' | 'exact';

/** The keys of one JSON object; created once and cleared for the next object. */
export class KeyList {
  readonly #comparison: KeyComparison;
  readonly #folded: string[] = [];
  readonly #written: string[] = [];
  #count = 0;
  #index: Map<string, string> | undefined;

  constructor(comparison: KeyComparison) {
    this.#comparison = comparison;
  }

  clear(): void {
    this.#count = 0;
    this.#index = undefined;
  }

  /** Adds a key. Returns the earlier key that is the same, as it was written. */
  add(key: string): string | undefined {
    const folded = this.#comparison === 'exact' ? key : key.toLowerCase();
    const earlier = this.#find(folded);
    if (earlier !== undefined) return earlier;
    if (this.#count < LISTED_MAX) {
      this.#folded[this.#count] = folded;
      this.#written[this.#count] = key;
      this.#count += 1;
    } else {
      this.#index ??= new Map(this.#folded.map((name, at) => [name, this.#written[at] ?? '']));
      this.#index.set(folded, key);
    }
    return undefined;
  }

  #find(folded: string): string | undefined {
    if (this.#index !== undefined) return this.#index.get(folded);
    for (let at = 0; at < this.#count; at += 1) if (this.#folded[at] === folded) return this.#written[at];
    return undefined;
  }
}
