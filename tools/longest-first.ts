import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The test files that take longest. Files that mostly wait for servers to start, fail and recover alternate with files that keep a core
 * busy, so that the workers do not all wait at the same time.
 */
const longest: readonly string[] = [
  'tests/browser/behavior/every-state.test.ts',
  'tests/postgres/high-availability.test.ts',
  'tests/browser/large-directory.test.ts',
  'tests/browser/behavior/roles.test.ts',
  'tests/browser/whole-guide.test.ts',
  'tests/browser/behavior/waiting.test.ts',
  'tests/browser/behavior/every-overlay.test.ts',
  'tests/entra/provisioning-killed.test.ts',
  'tests/bench.test.ts',
  'tests/conformance/own-server.test.ts',
  'tests/entra/provisioning-postgres.test.ts',
  'tests/postgres/shards.test.ts',
  'tests/rest/attempts.test.ts',
  'tests/entra/provisioning-served.test.ts',
  'tests/postgres/server.test.ts',
  'tests/conformance/command.test.ts',
  'tests/cli/start.test.ts',
  'tests/mail/mail-server.test.ts',
];

/** Runs the system tests first, starting with the longest, so that a run does not end with a single worker in a long test. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const missing = longest.filter((path) => !existsSync(join(root, path)));
    if (missing.length > 0)
      throw new Error(`tools/longest-first.ts names files that do not exist: ${missing.join(', ')}`);
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const place = longest.indexOf(relative(project.config.root, moduleId).replaceAll('\\', '/'));
  if (place >= 0) return place;
  return project.name === 'system' ? longest.length : longest.length + 1;
}
