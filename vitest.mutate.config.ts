import { defineConfig } from 'vitest/config';

/** The tests of the pure rooms, for `npm run mutate`: a test that needs a deployment would run once for each mutant. */
export default defineConfig({
  test: {
    include: [
      'test/tasks/{knowing,screen,conversation}/**/*.test.ts',
      'test/coder/errors/**/*.test.ts',
      'test/coder/http/retry.test.ts',
      'test/text/**/*.test.ts',
    ],
    testTimeout: 30_000,
    pool: 'threads',
  },
});
