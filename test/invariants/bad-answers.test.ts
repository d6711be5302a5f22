/** Bad answers of Coder, or of what stands in its place, to every tool: an error of the taxonomy, in our words, never theirs. */

import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/coder/errors/errors.js';
import { fault } from '../../src/embedded-coder/index.js';
import { allTools } from '../../src/tools/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask } from '../support/tasks.js';
import { startTestServer, type TestServer, textOf } from '../support/test-server.js';
import { argumentsOf, fittingArguments, SUBJECT } from '../support/tool-calls.js';

const INTERNALS = {
  message: 'Internal error fetching task.',
  detail:
    'pq: duplicate key value violates unique constraint "x" (SQLSTATE 23505); goroutine 7 [running]: runtime error',
};
const LOGIN_PAGE = '<html><body><form action="/login"><input name="password"></form></body></html>';

const troubles = {
  'a web page': [fault.webUi(), 'not_coder'],
  'the error page of a proxy': [fault.proxyPage(502), 'gateway'],
  'an error page that says it is JSON': [fault.json(503, LOGIN_PAGE), 'gateway'],
  'a redirect': [
    fault.redirectToRoot('https://sso.example.com/login?token=abcdefghij-0123456789abcdefghijkl'),
    'redirected',
  ],
  'JSON that ends early': [fault.truncatedJson(), 'bad_answer'],
  'an empty body': [fault.emptyBody(), 'bad_answer'],
  '10 MB of something else': [fault.hugeBody(10_000_000), 'bad_answer'],
  '17 MB of it': [fault.hugeBody(17_000_000), 'answer_too_large'],
  silence: [fault.hang(), 'timeout'],
  // An address that has just answered is restarting (behaviour §6).
  'a connection that breaks': [fault.resetBefore(), 'stopped_answering'],
  'a token that is not known': [fault.unauthorized('API key is invalid.'), 'unauthorized'],
  'a token that has expired': [fault.unauthorized('API key expired at "2026-01-01"'), 'unauthorized'],
  'an account that is suspended': [
    fault.json(401, {
      message: 'User is not active (status = "suspended"). Contact an admin to reactivate your account.',
    }),
    'user_suspended',
  ],
  'a refusal': [fault.forbidden(), 'forbidden'],
  'too many requests': [fault.rateLimited(90), 'rate_limited'],
  'the inside of the server': [fault.json(500, INTERNALS), 'server_error'],
  'a number': [fault.json(200, 42), 'bad_answer'],
  null: [fault.json(200, null), 'bad_answer'],
  'fields of other types': [
    fault.json(200, { id: 5, name: [], status: {}, tasks: 'none', logs: 7, username: false }),
    'bad_answer',
  ],
} as const;

const tools = allTools.map((tool) => [tool.name, { ...fittingArguments(tool), ...aboutSubject(tool) }] as const);

function aboutSubject(tool: (typeof allTools)[number]) {
  return 'task' in argumentsOf(tool) ? { task: SUBJECT } : {};
}

/** What must hold for the answer to a call that met trouble. */
function expectClear(result: CallToolResult, { deployment }: TestServer): void {
  const text = textOf(result);
  const everything = JSON.stringify(result);
  for (const token of Object.values(deployment.tokens)) expect(everything).not.toContain(token);
  expect(everything).not.toMatch(/[a-z0-9]{10}-[a-z0-9]{22}/i);
  expect(everything).not.toMatch(
    /<\/?(?:html|form|body|h1)|goroutine|pq:|SQLSTATE|runtime error|node_modules|\/api\/v2/i,
  );
  expect(everything).not.toMatch(/ZodError|TypeError|SyntaxError|undefined|\[object Object\]/);
  expect(text).not.toContain('code: internal');
  if (!result.isError) return;
  expect(text).toMatch(/^error: .+\n(?:server: .+\n)?why: .+\nnext: .+\nretry: .+\ncode: \w+$/);
  expect(Object.keys(errorCodes)).toContain(codeOf(result));
}

function codeOf(result: CallToolResult): string | undefined {
  return /\ncode: (\w+)$/.exec(textOf(result))?.[1];
}

// Right after all: a list of tasks with something beside it, and Go's word for a list without entries.
const fine: Readonly<Record<string, readonly string[]>> = {
  coder_list_tasks: ['10 MB of something else', '17 MB of it'],
  coder_list_task_templates: ['null'],
};

async function startWithSubject(): Promise<TestServer> {
  const clock = new ManualClock();
  const server = await startTestServer({ clock });
  await createIdleTask(server, clock, SUBJECT);
  return server;
}

test.each(tools)('%s says what is wrong when all that Coder answers is wrong', async (name, args) => {
  await using t = await startWithSubject();
  for (const [trouble, [what, code]] of Object.entries(troubles)) {
    t.deployment.faults.clear();
    t.deployment.faults.always('anything', what);
    const result = await t.call(name, args);
    expectClear(result, t);
    expect([trouble, codeOf(result)]).toEqual([trouble, fine[name]?.includes(trouble) ? undefined : code]);
  }
});

const partial = ['a web page', 'silence', 'the inside of the server', 'a refusal', 'fields of other types'] as const;

test.each(tools)('%s has a clear answer when one of its requests goes wrong', async (name, args) => {
  const clock = new ManualClock();
  await using t = await startTestServer({ clock });
  const { faults, requests } = t.deployment;
  let subjects = 0;
  const run = async () => {
    faults.clear();
    const subject = `subject-${++subjects}`;
    await createIdleTask(t, clock, subject);
    return { begin: requests.length, call: () => t.call(name, withSubject(args, subject)) };
  };
  const usual = await run();
  await usual.call();
  const asked = new Set(requests.slice(usual.begin).map(({ method, path }) => patternOf(method, path)));
  expect(asked.size).toBeGreaterThan(0);
  for (const pattern of asked) {
    for (const trouble of partial) {
      const { call } = await run();
      faults.always(new RegExp(pattern), troubles[trouble][0]);
      expectClear(await call(), t);
    }
  }
});

function withSubject(args: Readonly<Record<string, unknown>>, subject: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (value === SUBJECT) return [key, subject];
      return [key, Array.isArray(value) ? [subject] : value];
    }),
  );
}

/** This request, whatever it is about. */
function patternOf(method: string, path: string): string {
  const shape = path
    .replace(/\?.*/, '')
    .replaceAll(/[0-9a-f-]{36}|subject-\d+/g, '[^/]+')
    .replaceAll('.', '\\.');
  return `^${method} ${shape}(?:\\?|$)`;
}

test('a list of more than 64 MB is refused with a way to ask for less', async () => {
  await using t = await startWithSubject();
  t.deployment.faults.next('listTasks', fault.hugeBody(65 << 20));
  const text = await t.text('coder_list_tasks');
  expect(text).toContain('code: answer_too_large');
  expect(text).toContain('next: narrow it: coder_list_tasks with owner or status');
});

test('too many requests are answered with the time after which to come again', async () => {
  await using t = await startWithSubject();
  t.deployment.faults.always('anything', fault.rateLimited(90));
  expect(await t.text('coder_get_task', { task: SUBJECT })).toContain('\nretry: yes, after 90 s\n');
});
