/** The fault matrix: every tool, each request it makes, each fault, on the first request, on every one, and once in mid-session. */

import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { CoderClient } from '../../src/coder/client.js';
import type { Task } from '../../src/coder/wire/schemas.js';
import { startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { createLog } from '../../src/log.js';
import { FaultProxy, type WireFaultName, wireFaults } from '../support/fault-proxy.js';
import { ManualClock } from '../support/manual-clock.js';
import { startTestServer, type TestServer, textOf } from '../support/test-server.js';

export const occurrences = ['first', 'every', 'mid-session'] as const;
type Occurrence = (typeof occurrences)[number];

/** One call of a tool about a task of its own, and what it may do to that task at most. */
export interface Scenario {
  readonly name: string;
  readonly tool: string;
  readonly isPaused?: boolean;
  readonly isReading?: boolean;
  args(subject: string): Record<string, unknown>;
}

const about = (subject: string) => ({ task: subject });

export const scenarios: readonly Scenario[] = [
  {
    name: 'create',
    tool: 'coder_create_task',
    args: (subject) => ({ input: `do ${subject}`, template: 'tasks-demo' }),
  },
  {
    name: 'wait',
    isReading: true,
    tool: 'coder_wait_for_task',
    args: (subject) => ({ tasks: [subject], wait_seconds: 20 }),
  },
  { name: 'send', tool: 'coder_send_task_input', args: (subject) => ({ task: subject, input: `say ${subject} once` }) },
  { name: 'logs', isReading: true, tool: 'coder_get_task_logs', args: about },
  { name: 'get', isReading: true, tool: 'coder_get_task', args: about },
  { name: 'list', isReading: true, tool: 'coder_list_tasks', args: () => ({}) },
  { name: 'pause', tool: 'coder_pause_task', args: about },
  { name: 'resume', tool: 'coder_resume_task', isPaused: true, args: about },
  {
    name: 'update',
    tool: 'coder_update_task_input',
    isPaused: true,
    args: (subject) => ({ task: subject, input: `new ${subject}` }),
  },
  { name: 'delete', tool: 'coder_delete_task', args: (subject) => ({ task: subject, confirm: subject }) },
  { name: 'templates', isReading: true, tool: 'coder_list_task_templates', args: () => ({}) },
  { name: 'diagnose', isReading: true, tool: 'coder_diagnose', args: about },
];

/** What a call did, as the deployment has it. */
interface Effects {
  /** Tasks that this call may have made. */
  readonly created: number;
  /** How often the message stands in the conversation as an input. */
  readonly sent: number;
  readonly buildNumber: number | undefined;
  readonly exists: boolean;
}

export interface Cell {
  readonly scenario: Scenario;
  readonly request: string;
  readonly fault: WireFaultName | 'refused';
  readonly occurrence: Occurrence;
  readonly result: CallToolResult;
  readonly text: string;
  readonly code: string | undefined;
  /** By the test's clock. */
  readonly elapsedMs: number;
  readonly before: Effects;
  readonly after: Effects;
  /** The same call again, without the fault, and what had been done after it. */
  readonly repeat: CallToolResult;
  readonly repeatText: string;
  readonly afterRepeat: Effects;
}

/** A server behind a fault proxy, and a client of the deployment that no fault befalls. */
export interface MatrixBench extends AsyncDisposable {
  readonly server: TestServer;
  readonly proxy: FaultProxy;
  readonly clock: ManualClock;
  run(
    scenario: Scenario,
    fault: WireFaultName | 'refused' | undefined,
    request: RegExp,
    occurrence: Occurrence,
  ): Promise<Cell>;
  /** The requests that the scenario makes when nothing is wrong, as patterns over `METHOD /path`. */
  requestsOf(scenario: Scenario): Promise<readonly RegExp[]>;
}

export async function startMatrixBench(): Promise<MatrixBench> {
  const clock = new ManualClock();
  const deployment = await startEmbeddedCoder({ clock });
  const proxy = await FaultProxy.start(deployment.url);
  const server = await startTestServer({ clock, deployment, proxy });
  const credentials = {
    url: deployment.url,
    token: deployment.tokens.alice ?? '',
    origin: { url: '', token: '' },
    notes: [],
  };
  const source = { current: async () => credentials, refresh: async () => credentials };
  const { log, secrets } = createLog('error', { write: () => undefined });
  const observer = new CoderClient({ credentials: source, clock, log, random: () => 0.5, secrets });
  const read = <T>(answer: Promise<T>) => clock.runUntil(answer);
  let subjects = 0;

  async function newSubject(isPaused: boolean): Promise<string> {
    const subject = `s${++subjects}x`;
    const templates = await read(observer.listTaskTemplates());
    const version = templates.find(({ name }) => name === 'tasks-demo')?.active_version_id ?? '';
    await read(
      observer.createTask('me', { template_version_id: version, input: 'hello', name: subject, display_name: subject }),
    );
    await clock.advance(20_000);
    if (isPaused) {
      await read(observer.pauseTask({ user: 'me', task: subject }));
      await clock.advance(20_000);
    }
    return subject;
  }

  async function effectsOn(subject: string): Promise<Effects> {
    const { tasks } = await read(observer.listTasks({ owner: 'me' }));
    const task: Task | undefined = tasks.find(({ name }) => name === subject);
    const logs = task && (await read(observer.getTaskLogs({ user: 'me', task: subject }).catch(() => undefined)));
    return {
      created: tasks.filter(({ initial_prompt }) => initial_prompt === `do ${subject}`).length,
      sent: (logs?.logs ?? []).filter(
        ({ type, content }) => type === 'input' && content.includes(`say ${subject} once`),
      ).length,
      buildNumber: task?.workspace_build_number ?? undefined,
      exists: task !== undefined,
    };
  }

  async function tidy(subject: string): Promise<void> {
    const { tasks } = await read(observer.listTasks({ owner: 'me' }));
    await clock.advance(30_000);
    for (const { id, name, initial_prompt } of tasks) {
      if (name === subject || initial_prompt === `do ${subject}`)
        await read(observer.deleteTask({ user: 'me', task: id }).catch(() => undefined));
    }
    await clock.advance(30_000);
  }

  const callOf = ({ tool, args }: Scenario, subject: string) => server.call(tool, args(subject));

  return {
    server,
    proxy,
    clock,
    async requestsOf(scenario) {
      const subject = await newSubject(scenario.isPaused ?? false);
      const begin = deployment.requests.length;
      await callOf(scenario, subject);
      const asked = deployment.requests.slice(begin).map(({ method, path }) => patternOf(method, path, subject));
      await tidy(subject);
      return [...new Set(asked)].map((pattern) => new RegExp(pattern));
    },
    async run(scenario, fault, request, occurrence) {
      const subject = await newSubject(scenario.isPaused ?? false);
      // In mid-session the task is known already, and a stream or two may be open.
      if (occurrence === 'mid-session') await server.call('coder_get_task', { task: subject });
      const before = await effectsOn(subject);
      const times = occurrence === 'every' ? Number.POSITIVE_INFINITY : 1;
      if (fault === 'refused') await proxy.refuse();
      else if (fault) proxy.inject(request, wireFaults[fault], { times });
      const start = clock.now();
      const result = await callOf(scenario, subject);
      const elapsedMs = clock.now() - start;
      proxy.clear();
      if (fault === 'refused') await proxy.listen();
      const after = await effectsOn(subject);
      await clock.advance(5_000);
      const repeat = await callOf(scenario, subject);
      const afterRepeat = await effectsOn(subject);
      await tidy(subject);
      const text = textOf(result);
      return {
        scenario,
        request: request.source,
        fault: fault ?? 'refused',
        occurrence,
        result,
        text,
        code: /\ncode: (\w+)$/.exec(text)?.[1],
        elapsedMs,
        before,
        after,
        repeat,
        repeatText: textOf(repeat),
        afterRepeat,
      };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await observer.close();
      await proxy[Symbol.asyncDispose]();
      await deployment.close();
    },
  };
}

/** This request, whatever it is about. */
function patternOf(method: string, path: string, subject: string): string {
  const shape = path
    .replace(/\?.*/, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '[^/]+')
    .replaceAll(subject, '[^/]+')
    .replaceAll('.', '\\.');
  return `^${method} ${shape}(?:\\?|$)`;
}
