/** `coder-tasks-mcp doctor`: its report, its JSON, its exit code and its colours. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { doctor } from '../../src/commands/doctor.js';
import { readCommandLine } from '../../src/config.js';
import { type EmbeddedCoder, type Profile, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { createLog } from '../../src/log.js';

interface Run {
  readonly code: number;
  readonly printed: string;
}

async function run(args: readonly string[], env: Record<string, string>, isTTY?: boolean): Promise<Run> {
  const { config, problems } = readCommandLine(['doctor', ...args], env);
  expect(problems).toEqual([]);
  let printed = '';
  const write = (text: string) => {
    printed += text;
  };
  const sink = createLog('silent');
  const code = await doctor({ config, sink, env, version: '1.2.3', output: { write, isTTY } });
  return { code, printed };
}

async function against(
  profile: Profile,
  use: (deployment: EmbeddedCoder, env: Record<string, string>) => Promise<void>,
) {
  const deployment = await startEmbeddedCoder({ profile });
  try {
    await use(deployment, { CODER_URL: deployment.url, CODER_SESSION_TOKEN: deployment.tokens.alice ?? '' });
  } finally {
    await deployment.close();
  }
}

describe('a deployment that works', () => {
  test('is told line by line, and the exit code is 0', () =>
    against('2.34', async ({ url }, env) => {
      const { code, printed } = await run([], env);
      expect(code).toBe(0);
      const lines = printed
        .replace(/answers in \d+ ms, short reads in \d+ ms/, 'answers in 9 ms, short reads in 8 ms')
        .trimEnd()
        .split('\n');
      expect(lines).toEqual([
        `coder-tasks-mcp 1.2.3: tasks available on ${url}, Coder v2.34.5+1c9d2b8, as alice`,
        '',
        `ok    address        ${url} (from CODER_URL) answers in 9 ms, short reads in 8 ms`,
        'ok    token          of alice, from CODER_SESSION_TOKEN',
        'ok    version        Coder v2.34.5+1c9d2b8, which has everything that tasks can do',
        'ok    tasks          the Tasks API answers; you have 0 tasks',
        expect.stringMatching(/^ok {4}templates {6}8 that can run tasks: /),
        'ok    organizations  you are a member of coder',
        'ok    clock          this machine and Coder agree on the time',
        expect.stringMatching(/^ok {4}rate limit {5}\d+ of 512 requests left on a path$/),
        '',
        'ok: 8 ok',
      ]);
    }));

  test('the embedded one needs no configuration', async () => {
    expect(await run(['--demo'], {})).toMatchObject({ code: 0, printed: expect.stringContaining('ok: 8 ok') });
  });

  test('is told in JSON with the same findings', () =>
    against('2.34', async (_deployment, env) => {
      const { code, printed } = await run(['--json'], env);
      expect(code).toBe(0);
      const report = z
        .object({ program: z.string(), result: z.string(), findings: z.array(z.object({ check: z.string() })) })
        .parse(JSON.parse(printed));
      expect(report).toMatchObject({ program: '1.2.3', result: 'ok' });
      expect(report.findings).toHaveLength(8);
    }));
});

describe('a deployment that does not', () => {
  test.each([
    ['2.28', 'too old'],
    ['2.36-off', 'switched off'],
    ['2.37', 'switched off'],
  ] as const)('%s ends with exit code 1 and a mend under the finding', (profile, words) =>
    against(profile, async (_deployment, env) => {
      const { code, printed } = await run([], env);
      expect(code).toBe(1);
      expect(printed).toContain(words);
      expect(printed).toMatch(/^fail {2}tasks .*\n +mend: /m);
    }),
  );

  test('without any configuration it says how to configure', async () => {
    const { code, printed } = await run([], { HOME: '/nowhere', CODER_CONFIG_DIR: '/nowhere' });
    expect(code).toBe(1);
    expect(printed).toContain('run `coder login https://coder.example.com`');
  });

  test('JSON goes with the exit code too', () =>
    against('2.37', async (_deployment, env) => {
      const { code, printed } = await run(['--json'], env);
      expect(code).toBe(1);
      expect(JSON.parse(printed)).toMatchObject({ result: 'fail', tasks: 'switched_off' });
    }));
});

describe('what it prints', () => {
  const hasColours = (text: string) => text.includes('\u001b[');

  test('has colours on a terminal only, and not where they are unwanted', () =>
    against('2.34', async (_deployment, env) => {
      expect(hasColours((await run([], env, true)).printed)).toBe(true);
      expect(hasColours((await run([], env, false)).printed)).toBe(false);
      expect(hasColours((await run([], env)).printed)).toBe(false);
      expect(hasColours((await run([], { ...env, NO_COLOR: '1' }, true)).printed)).toBe(false);
      expect(hasColours((await run([], { ...env, TERM: 'dumb' }, true)).printed)).toBe(false);
      expect(hasColours((await run(['--json'], env, true)).printed)).toBe(false);
    }));

  test('never has the token in it', () =>
    against('2.34', async (_deployment, env) => {
      const token = env.CODER_SESSION_TOKEN ?? '';
      for (const args of [[], ['--json']]) {
        const { printed } = await run(args, env);
        for (const part of token.split('-')) expect(printed).not.toContain(part);
      }
    }));
});
