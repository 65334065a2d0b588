import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'tests/tidy.test.ts', 'tests/reference.test.ts'] } },
      {
        test: {
          name: 'system',
          include: ['tests/{scim,entra,cli}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
