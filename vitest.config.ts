import { defineConfig } from 'vitest/config';

const SYSTEM_TIMEOUT_MS = 60_000;
/** Rules of the repository itself: they start nothing, and run with the unit tests. */
const repositoryTests = ['tests/tidy.test.ts', 'tests/reference.test.ts', 'tests/guide.test.ts'];

export default defineConfig({
  test: {
    coverage: {
      include: [
        'src/scim/**',
        'src/directory/**',
        'src/scim-server/**',
        'src/integrations/**',
        'src/admins/**',
        'src/base/**',
      ],
      exclude: ['**/*.test.ts', '**/*.fixture.ts', 'src/scim/filter/ast.ts', 'src/scim/patch/operation.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: { 'src/scim/**': { branches: 95, lines: 95, functions: 95, statements: 95 } },
    },
    reporters: ['default', './tools/closing-line-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', ...repositoryTests],
          setupFiles: ['tests/support/fixed-seed.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // These start the real program as a child process; after the unit tests, so that neither slows the other down.
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: repositoryTests,
          sequence: { groupOrder: 1 },
          testTimeout: SYSTEM_TIMEOUT_MS,
          hookTimeout: SYSTEM_TIMEOUT_MS,
        },
      },
    ],
  },
});
