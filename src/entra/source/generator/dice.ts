import { hash } from 'node:crypto';

/** A deterministic random number generator: generators with the same seed and purpose return the same numbers. */
export class Dice {
  #state: number;

  /** Generators with different purposes are independent of each other, even if they have the same seed. */
  constructor(seed: number, ...purpose: readonly (string | number)[]) {
    this.#state = fingerprint(`${seed}/${purpose.join('/')}`);
  }

  /** Returns the next number, at least 0 and less than 1. The algorithm is mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_00_00_00_00;
  }

  /** Returns an integer that is at least 0 and less than `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Returns true with a probability of `percent` percent. */
  chance(percent: number): boolean {
    return this.next() * 100 < percent;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Returns one of the items; the probability of each is proportional to its weight. */
  weighted<Item extends { readonly weight: number }>(items: readonly [Item, ...Item[]]): Item {
    let left = this.next() * items.reduce((sum, { weight }) => sum + weight, 0);
    for (const item of items) {
      left -= item.weight;
      if (left < 0) return item;
    }
    return items[0];
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('');
  }
}

/** The 32-bit FNV-1a hash. */
function fingerprint(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return value >>> 0;
}

/** Returns a version 8 UUID (RFC 9562 §5.8) that depends only on the purpose. */
export function guidOf(...purpose: readonly (string | number)[]): string {
  const hex = hash('sha256', purpose.join('/'));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${'89ab'[Number.parseInt(hex.charAt(16), 16) % 4]}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
