/** Creating tasks through the tool, against an embedded deployment with a clock that stands still. */

import { expect } from 'vitest';
import { z } from 'zod';
import { ManualClock } from './manual-clock.js';
import { startTestServer, type TestServer, type TestServerOptions, textOf } from './test-server.js';

export const INPUT = 'Fix the flaky test in billing';
export const DEMO = { input: INPUT, template: 'tasks-demo' };

const answer = z.looseObject({
  task: z.string(),
  phase: z.string(),
  created: z.boolean(),
  created_at: z.string().optional(),
  template: z.string().optional(),
  preset: z.string().optional(),
  notes: z.array(z.string()).optional(),
  same_call_with: z.object({ name: z.string() }).optional(),
  recent: z.array(z.object({ task: z.string(), phase: z.string() })).optional(),
  timed_out: z.boolean().optional(),
});

export function startCreating(options: TestServerOptions = {}): Promise<TestServer> {
  return startTestServer({ clock: new ManualClock(), ...options });
}

/** The answer of a create that succeeds. */
export async function create(
  t: TestServer,
  args: Record<string, unknown> = DEMO,
): Promise<z.output<typeof answer> & { text: string }> {
  const result = await t.call('coder_create_task', args);
  if (result.isError) throw new Error(textOf(result));
  return { ...answer.parse(result.structuredContent), text: textOf(result) };
}

/** The error text of a create that must fail. */
export async function refusal(t: TestServer, args: Record<string, unknown>): Promise<string> {
  const result = await t.call('coder_create_task', args);
  expect(result.isError).toBe(true);
  return textOf(result);
}

/** The creates that have reached the deployment. */
export function posts(t: TestServer) {
  return t.deployment.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/v2/tasks/'));
}

/** Leaves the deployment with the templates of these names. */
export function keepTemplates(t: TestServer, ...names: string[]): void {
  for (const template of t.deployment.world.templates) template.deleted = !names.includes(template.name);
}

/** An external login that nobody has made. */
export function missingLogin() {
  return { id: 'github', type: 'github', displayName: 'GitHub', optional: false, authenticated: new Set<string>() };
}

/** A parameter of a template without which nothing can be created. */
export const REQUIRED_REPO = {
  name: 'repo',
  description: '',
  type: 'string',
  formType: 'input',
  mutable: false,
  defaultValue: '',
  options: [],
  required: true,
} as const;
