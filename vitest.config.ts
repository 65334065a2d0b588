import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { findPostgres } from './tests/support/postgres-cluster.ts';

const SYSTEM_TIMEOUT_MS = 60_000;
/** Generous: a machine that does other work as well must not fail a test. */
const UNIT_TIMEOUT_MS = 30_000;
/** Rules of the repository itself: they start nothing, and run with the unit tests. */
const repositoryTests = [
  'tests/tidy.test.ts',
  'tests/reference.test.ts',
  'tests/guide.test.ts',
  'tests/guide-secrets.test.ts',
];

/** Tests whose subject is a database, on whichever engine it is. */
const databaseTests = [
  'src/{accounts,admins,audit,database,directory,entra,mail,rest-api,schemas,scim-server,shards}/**/*.test.ts',
];
const hasPostgres = findPostgres() !== undefined;
if (!hasPostgres) {
  const reason =
    'PostgreSQL is not installed (no initdb): the tests on it are skipped. On Debian: apt-get install postgresql';
  // oxlint-disable-next-line node/no-process-env -- whoever runs the tests says so there
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stdout.write(`${reason}\n`);
}

export default defineConfig({
  test: {
    // Vitest leaves a core to whoever watches; most of the time the tests wait for a disk, or for what they started.
    maxWorkers: Math.max(2, availableParallelism()),
    coverage: {
      include: [
        'src/scim/**',
        'src/expressions/**',
        'src/directory/**',
        'src/scim-server/**',
        'src/integrations/**',
        'src/admins/**',
        'src/base/**',
      ],
      exclude: ['**/*.test.ts', '**/*.fixture.*', 'src/scim/filter/ast.ts', 'src/scim/patch/operation.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'src/scim/**': { branches: 95, lines: 95, functions: 95, statements: 95 },
        'src/expressions/**': { branches: 95, lines: 95, functions: 95, statements: 95 },
      },
    },
    reporters: ['default', './tools/closing-line-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', ...repositoryTests],
          exclude: ['src/**/*.postgres.test.ts'],
          setupFiles: ['tests/support/fixed-seed.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: UNIT_TIMEOUT_MS,
          hookTimeout: UNIT_TIMEOUT_MS,
        },
      },
      ...(hasPostgres
        ? [
            {
              extends: true as const,
              test: {
                name: 'postgres',
                include: databaseTests,
                exclude: ['src/**/*.sqlite.test.ts'],
                env: { TEST_ENGINE: 'postgres' },
                globalSetup: ['tests/support/postgres-setup.ts'],
                setupFiles: ['tests/support/fixed-seed.ts'],
                sequence: { groupOrder: 1 },
                testTimeout: UNIT_TIMEOUT_MS,
                hookTimeout: UNIT_TIMEOUT_MS,
              },
            },
          ]
        : []),
      {
        extends: true,
        // These start the real program as a child process; after the unit tests, so that neither slows the other down.
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: repositoryTests,
          sequence: { groupOrder: 2 },
          testTimeout: SYSTEM_TIMEOUT_MS,
          hookTimeout: SYSTEM_TIMEOUT_MS,
        },
      },
    ],
  },
});
