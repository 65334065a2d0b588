interface CreatedKey {
  readonly id: string;
  readonly createdWith: string | null;
}

/** Returns the keys that were created with a key, and the keys that were created with those: all of them stop together. */
export function keysCreatedWith<One extends CreatedKey>(id: string, keys: readonly One[]): readonly One[] {
  return keys.filter(({ createdWith }) => createdWith === id).flatMap((key) => [key, ...keysCreatedWith(key.id, keys)]);
}
