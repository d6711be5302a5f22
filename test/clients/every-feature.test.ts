/** Both generations of the TypeScript SDK, in both eras, use every feature of the built program. */

import { expect, test } from 'vitest';
import { runFirst, runSecond } from '../outside/typescript.js';
import { PROGRAM } from '../support/server-process.js';

const server = { command: process.execPath, args: [PROGRAM, '--demo'] };

test.each([
  ['v1', '2025-11-25', () => runFirst(server)],
  ['v2 as it is by default', '2025-11-25', () => runSecond(server, 'legacy')],
  ['v2 that asks first', '2026-07-28', () => runSecond(server, 'auto')],
  ['v2 that speaks nothing else', '2026-07-28', () => runSecond(server, { pin: '2026-07-28' })],
] as const)(
  '%s speaks %s and finds everything',
  async (_name, revision, run) => {
    const results = await run();
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results[0]).toEqual({ feature: 'connect', ok: true, detail: revision });
    expect(results.length).toBe(revision < '2026' ? 15 : 14);
  },
  60_000,
);
