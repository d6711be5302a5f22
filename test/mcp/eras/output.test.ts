/** No secret leaves the process to its host, whatever Coder or somebody in front of it sends back. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, type Loopback, startLoopback, TOKEN } from '../../coder/http/loopback.js';
import { runProgram, type ServerProcess, startServerProcess } from '../../support/server-process.js';

const HEADER = 'Bearer Zugang/42+"geheim"';
const FROM_COMMAND = 'from-the-command-0815';
const secrets = [TOKEN, HEADER, HEADER.slice('Bearer '.length), FROM_COMMAND];
const forms = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  encodeURIComponent(encodeURIComponent(secret)),
  Buffer.from(secret).toString('base64'),
  Buffer.from(`user:${secret}`).toString('base64'),
]);
const LEAK = forms.join(' ');

const me = { id: 'u', username: 'alice', email: LEAK };
const task = {
  id: '2b9f1c1e-4a51-4a2b-8a53-5b8f9f1f7f01',
  name: 'one',
  owner_name: 'alice',
  display_name: LEAK,
  initial_prompt: LEAK,
  template_name: TOKEN,
  status: 'paused',
  current_state: { state: 'idle', message: LEAK, uri: `https://x.example.com/${TOKEN}`, timestamp: '' },
};

let coder: Loopback;
let server: ServerProcess;
let env: Record<string, string>;

beforeAll(async () => {
  coder = await startLoopback((request, response) => {
    const { pathname } = new URL(request.path, 'http://x');
    if (pathname === '/api/v2/users/me') json(response, 200, me);
    else if (pathname === '/api/v2/tasks') json(response, 200, { tasks: [task] });
    else if (pathname === '/api/v2/tasks/me/one') json(response, 200, task);
    else if (pathname === '/api/v2/buildinfo') json(response, 200, { version: `v2.35.0+${TOKEN}` });
    else {
      const validations = [{ field: TOKEN, detail: LEAK }];
      const body = { message: LEAK, detail: LEAK, validations };
      json(response, 400, body, { 'x-coder-request-id': TOKEN });
    }
  });
  env = {
    PATH: process.env.PATH ?? '',
    CODER_URL: coder.url,
    CODER_SESSION_TOKEN: TOKEN,
    CODER_HEADER: `"x-access=${HEADER.replaceAll('"', '""')}"`,
    CODER_HEADER_COMMAND: `echo x-command=${FROM_COMMAND}`,
    CODER_MCP_LOG_LEVEL: 'debug',
  };
  server = await startServerProcess(env);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await coder[Symbol.asyncDispose]();
});

function expectNone(text: string): void {
  for (const form of forms) {
    // The ends of base64 mix with what stands beside them.
    expect(text.includes(form.slice(2, -4)), form).toBe(false);
  }
}

describe('no form of a secret is in', () => {
  test.each([
    ['coder_get_task', { task: 'one' }],
    ['coder_get_task', { task: 'bob/other' }],
    ['coder_list_tasks', {}],
    ['coder_get_task_logs', { task: 'one' }],
    ['coder_list_task_templates', {}],
    ['coder_create_task', { input: 'x' }],
    ['coder_resume_task', { task: 'one' }],
    ['coder_diagnose', {}],
    ['coder_diagnose', { task: 'one' }],
  ] as const)('the answer of %s %j', async (name, args) => {
    const result = await server.call(name, args);
    expectNone(JSON.stringify(result));
    expect(JSON.stringify(result).length).toBeGreaterThan(20);
  });

  test('resources and the log', async () => {
    const read = await server.client.readResource({ uri: 'coder://tasks' });
    expect(JSON.stringify(read)).toContain('[secret]');
    expectNone(JSON.stringify(read));
    expect(server.stderr).toContain('/api/v2/tasks');
    expectNone(server.stderr);
  });

  test('what the doctor prints', async () => {
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await runProgram(['doctor', ...flags], env);
      expect(stdout).toContain('[secret]');
      expectNone(stdout + stderr);
    }
  });
});

test('the requests did carry them', () => {
  expect(coder.requests[0]?.headers).toMatchObject({
    'coder-session-token': TOKEN,
    'x-access': HEADER,
    'x-command': FROM_COMMAND,
  });
});
