import { expect } from 'vitest';
import { compareDirectories } from './compare.ts';
import type { TestEngine } from './engine.fixture.ts';

/** Advances the clock by a second, runs a cycle, and expects that it completes with counts that match `counts`. */
export async function cycleOf(engine: TestEngine, counts: object = {}): Promise<void> {
  engine.server.directory.clock.advance(1_000);
  expect(await engine.cycle()).toMatchObject({ kind: 'complete', cycle: { counts } });
}

/** Expects that the comparison finds no differences between the source and the target. */
export async function expectEqual(engine: TestEngine): Promise<void> {
  expect(await compareDirectories(engine.engine, engine.jobId)).toMatchObject({ total: 0, differences: [] });
}

/** Returns the display names of the members of a group in the target, sorted. */
export async function membersOf(engine: TestEngine, name: string): Promise<readonly string[]> {
  const users = await engine.users();
  const group = (await engine.groups()).find((one) => one.displayName === name);
  const ids: readonly { readonly value: string }[] = group?.members ?? [];
  const names = ids.map(({ value }) => String(users.find((user) => user.id === value)?.displayName));
  return names.toSorted((one, other) => one.localeCompare(other));
}
