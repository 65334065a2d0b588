import { defineConfig } from 'vitest/config';

const SYSTEM_TIMEOUT_MS = 60_000;

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
          include: ['src/**/*.test.ts', 'tests/tidy.test.ts', 'tests/reference.test.ts'],
          setupFiles: ['tests/support/fixed-seed.ts'],
        },
      },
      {
        extends: true,
        // These start the real program as a child process.
        test: {
          name: 'system',
          include: ['tests/{scim,entra,cli}/**/*.test.ts'],
          testTimeout: SYSTEM_TIMEOUT_MS,
          hookTimeout: SYSTEM_TIMEOUT_MS,
        },
      },
    ],
  },
});
