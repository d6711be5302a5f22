/** Steering a task through the tools, on a clock that stands still but while a call runs. */

import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { EmbeddedCoder } from '../../src/embedded-coder/index.js';
import { ManualClock } from './manual-clock.js';
import { createIdleTask, createTask } from './tasks.js';
import { startTestServer, type TestServer, type TestServerOptions, textOf } from './test-server.js';

const output = z.looseObject({
  task: z.string().optional(),
  phase: z.string().optional(),
  changed: z.boolean().optional(),
  stage: z.string().optional(),
  delivered: z.string().optional(),
  cause: z.string().optional(),
  cursor: z.string().optional(),
  notes: z.array(z.string()).optional(),
  next: z.array(z.looseObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })).optional(),
  untrusted: z
    .looseObject({ entries: z.array(z.looseObject({ id: z.number(), role: z.string(), text: z.string() })).optional() })
    .optional(),
});

interface Steered extends z.output<typeof output> {
  readonly text: string;
  readonly isError: boolean;
  readonly progress: readonly string[];
  /** How long the call took, by the clock. */
  readonly seconds: number;
}

export interface Steering extends AsyncDisposable {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly world: EmbeddedCoder['world'];
  readonly faults: EmbeddedCoder['faults'];
  /** Begins a call about the task `subject`; time stands still until the test moves it. */
  begin(tool: string, args?: Record<string, unknown>, signal?: AbortSignal): Promise<Steered>;
  /** A whole call, with time running until it has answered. */
  call(tool: string, args?: Record<string, unknown>): Promise<Steered>;
  /** How many requests have reached an endpoint, by the end of `METHOD path`. */
  count(end: RegExp): number;
  /** What was said to the agent, in the words that it got. */
  said(): string[];
}

const SUBJECT = 'subject';

/** A task of alice's, fresh from the oven: its agent has done its prompt, unless that is to be left to the test. */
export async function startSteering(
  options: Omit<TestServerOptions, 'clock'> & { readonly prompt?: string; readonly isIdle?: boolean } = {},
): Promise<Steering> {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
  const make = options.isIdle === false ? createTask : createIdleTask;
  await make(server, clock, SUBJECT, options.prompt);
  const { deployment } = server;
  const begin: Steering['begin'] = async (tool, args = {}, signal) => {
    const startedAt = clock.now();
    const progress: string[] = [];
    const result = CallToolResultSchema.parse(
      await server.client.callTool({ name: tool, arguments: { task: SUBJECT, ...args } }, CallToolResultSchema, {
        timeout: 600_000,
        onprogress: ({ message }) => progress.push(message ?? ''),
        ...(signal && { signal }),
      }),
    );
    const seconds = (clock.now() - startedAt) / 1_000;
    const parsed = output.parse(result.structuredContent ?? {});
    return { ...parsed, text: textOf(result), isError: result.isError === true, progress, seconds };
  };
  return {
    server,
    clock,
    world: deployment.world,
    faults: deployment.faults,
    begin,
    call: (tool, args) => clock.runUntil(begin(tool, args)),
    count: (end) => deployment.requests.filter(({ method, path }) => end.test(`${method} ${path}`)).length,
    said: () =>
      deployment.world
        .agentApi(SUBJECT)
        .entries.filter(({ type }) => type === 'input')
        .map(({ content }) => content),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
