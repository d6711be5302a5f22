import { defineConfig } from 'vitest/config';

/** The heavy tests, `npm run test:heavy`: the second step of `.ci/run`. */
export default defineConfig({
  test: {
    include: ['test/reliability/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 3_000_000,
    pool: 'threads',
  },
});
