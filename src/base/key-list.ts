/** Up to this many keys, searching a list is faster than filling a Map. */
const LISTED_MAX = 8;

/** How names that differ only by case are compared: they are the same in SCIM, and different in the REST API. */
export type KeyComparison = 'ignoreCase' | 'exact';

/** Collects the keys of one JSON object. Call `clear` to reuse it for the next object. */
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

  /** Adds a key. Returns the spelling of an equal key that was added before, or undefined. */
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
