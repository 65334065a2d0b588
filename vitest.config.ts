import { availableParallelism } from 'node:os';
import { defineConfig, type Plugin } from 'vitest/config';
import { BothEnginesReporter } from './tools/both-engines-reporter.ts';
import { coverageGlobs, coverageThresholds } from './tools/coverage.ts';
import { LongestFirst } from './tools/longest-first.ts';
import { inCi } from './tests/support/in-ci.ts';
import { postgresUnavailableReason } from './tests/support/postgres-cluster.ts';
import { selectTests } from './tests/support/select-tests.ts';
import { skipWithout } from './tests/support/skip-without.ts';

const SYSTEM_TIMEOUT_MS = 600_000;
/** Generous: a machine that does other work as well must not fail a test. */
const UNIT_TIMEOUT_MS = 240_000;
/** Of expect.poll, whose own second is too short for a process on such a machine. */
const POLL_TIMEOUT_MS = 60_000;
/** Rules of the repository itself: they start nothing, and run with the tests of src. */
const repositoryTests = [
  'tests/tidy.test.ts',
  'tests/plain-english.test.ts',
  'tests/console-words.test.ts',
  'tests/regular-expressions.test.ts',
  'tests/masked-values.test.ts',
  'tests/reference.test.ts',
  'tests/guide.test.ts',
  'tests/guide-secrets.test.ts',
  'tests/unused.test.ts',
  'tests/test-clock.test.ts',
  'tests/test-setup.test.ts',
  'tests/leaves-only-rows.test.ts',
];

const selected = selectTests(repositoryTests);
/** Shares between the workers which statements' plans have been checked. */
const planChecks = 'tests/support/statement-plans/checked-statements.ts';
const hasPostgres = !skipWithout(postgresUnavailableReason());

const SQLITE_SETUP = 'tests/support/sqlite-setup.ts';
const END_PROCESSES = 'tests/support/end-processes.ts';
const inProcess = {
  setupFiles: ['tests/support/fixed-seed.ts', END_PROCESSES],
  testTimeout: UNIT_TIMEOUT_MS,
  hookTimeout: UNIT_TIMEOUT_MS,
};

/** For projects other than `unit`, which alone must reach the thresholds: in the others, counters would only cost time. */
const uncounted: Plugin = {
  name: 'tanhua:uncounted',
  configResolved: ({ plugins }) => {
    const counting = plugins.find(({ name }) => name === 'vitest:coverage-transform');
    if (counting === undefined) throw new Error('Vitest counts coverage in another way: adapt vitest.config.ts.');
    delete counting.transform;
  },
};

export default defineConfig({
  test: {
    // Two more than there are cores: tests of the started program wait for it, and leave their core to the others meanwhile.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    expect: { poll: { timeout: POLL_TIMEOUT_MS } },
    coverage: {
      // The coverage that V8 counts makes everything take half as long again, and not only what is counted.
      provider: 'istanbul',
      include: coverageGlobs,
      exclude: ['**/*.test.ts', '**/*.fixture.*', 'src/scim/filter/ast.ts', 'src/scim/patch/operation.ts'],
      // The pages are for people, and take longer to write than the counts.
      reporter: inCi() ? ['text-summary'] : ['text-summary', 'html'],
      thresholds: coverageThresholds,
    },
    reporters: [
      'default',
      new BothEnginesReporter({ sqlite: selected.sqlite.length, postgres: selected.postgres.length }),
      './tools/closing-line-reporter.ts',
    ],
    projects: [
      {
        extends: true,
        // These open no database, and share what they import with the next file.
        test: {
          ...inProcess,
          name: 'unit',
          include: [...selected.pure],
          isolate: false,
          // One that opens a database all the same is refused: it would run on one engine only.
          env: { TEST_SQLITE_TEMPLATE: '', TEST_POSTGRES_PORT: '' },
        },
      },
      {
        extends: true,
        plugins: [uncounted],
        test: {
          ...inProcess,
          name: 'sqlite',
          isolate: false,
          include: [...selected.sqlite],
          globalSetup: [planChecks, SQLITE_SETUP],
        },
      },
      ...(hasPostgres
        ? [
            {
              extends: true as const,
              plugins: [uncounted],
              test: {
                ...inProcess,
                name: 'postgres',
                isolate: false,
                include: [...selected.postgres],
                env: { TEST_ENGINE: 'postgres' },
                globalSetup: [planChecks, SQLITE_SETUP, 'tests/support/postgres-setup.ts'],
              },
            },
          ]
        : []),
      {
        extends: true,
        plugins: [uncounted],
        // These start the real program, and most of the time they wait for it.
        test: {
          name: 'system',
          isolate: false,
          setupFiles: [END_PROCESSES],
          include: ['tests/**/*.test.ts'],
          exclude: repositoryTests,
          globalSetup: [planChecks, SQLITE_SETUP, 'tests/support/bundle-setup.ts', 'tests/support/console-setup.ts'],
          testTimeout: SYSTEM_TIMEOUT_MS,
          hookTimeout: SYSTEM_TIMEOUT_MS,
        },
      },
    ],
  },
});
