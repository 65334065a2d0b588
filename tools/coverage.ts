/** Folders with a coverage threshold. tests/test-setup.test.ts asserts that they contain sources. */
export const coveredFolders = ['src/scim', 'src/expressions'] as const;

const THRESHOLDS = { branches: 95, lines: 95, functions: 95, statements: 95 };

/** Only the folders with a threshold are measured, because measuring coverage slows down every test. */
export const coverageGlobs = coveredFolders.map((folder) => `${folder}/**`);
export const coverageThresholds = Object.fromEntries(coverageGlobs.map((glob) => [glob, THRESHOLDS]));
