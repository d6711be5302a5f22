/** What the model reads, in tokens: the list of tools, and the answers of a delegation in both of their forms. */

import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { z } from 'zod';
import { ManualClock } from '../test/support/manual-clock.js';
import { startTestServer, type TestServer, textOf } from '../test/support/test-server.js';
import type { Figure, Subject } from './figures.js';

const WORK = 'Fix the flaky test in the billing module of acme/shop, push a branch and open a pull request';
const REPLY = 'Use the fake clock, and keep the public API as it is';
// The agent of the embedded deployment works on it for so many seconds.
const LONG_WORK = 'Move the billing module to the new database driver slow=3000';

export const tokens: Subject = {
  name: 'tokens',
  about: 'what the model reads, by the o200k encoding',
  measure: async () => [...(await listOfTools()), ...(await delegation()), ...(await answers())],
};

async function listOfTools(): Promise<Figure[]> {
  await using server = await startTestServer({ clock: new ManualClock() });
  const { tools } = await server.client.listTools();
  const most = (lengths: readonly number[]) => Math.max(...lengths);
  return [
    {
      what: `${tools.length} tools: names, descriptions, input schemas`,
      unit: 'tokens',
      measured: sum(
        tools.map(({ name, description, inputSchema }) => tokensOf({ name, description, input_schema: inputSchema })),
      ),
      budget: { most: 2_600 },
    },
    {
      what: 'longest description',
      unit: 'characters',
      measured: most(tools.map(({ description = '' }) => description.length)),
      budget: { most: 1_000 },
    },
    {
      what: 'longest name',
      unit: 'characters',
      measured: most(tools.map(({ name }) => name.length)),
      budget: { most: 40 },
    },
  ];
}

/** One whole delegation: what each answer costs, and all of them. */
async function delegation(): Promise<Figure[]> {
  await using server = await startTestServer({ clock: new ManualClock() });
  const created = await answerOf(server, 'coder_create_task', { input: WORK, template: 'tasks-demo' });
  const { task } = z.object({ task: z.string() }).parse(created.structured);
  const waited = await answerOf(server, 'coder_wait_for_task', { tasks: [task] });
  const one = await answerOf(server, 'coder_get_task', { task });
  const logs = await answerOf(server, 'coder_get_task_logs', { task });
  const sent = await answerOf(server, 'coder_send_task_input', { task, input: REPLY, reply: true });
  const deleted = await answerOf(server, 'coder_delete_task', { task, confirm: task });
  const steps = { create: created, wait: waited, logs, 'send, reply': sent, delete: deleted };
  const form = (which: keyof Answer, name: string): Figure[] => [
    ...Object.entries(steps).map(([step, answer]): Figure => figure(`delegation, ${step}: ${name}`, answer[which])),
    {
      what: `delegation, all five: ${name}`,
      unit: 'tokens',
      measured: sum(Object.values(steps).map((answer) => tokensOf(answer[which]))),
      budget: { most: 1_500 },
    },
  ];
  return [
    ...form('text', 'text'),
    ...form('structured', 'structured'),
    figure('create: text', created.text, 180),
    figure('wait, one settled: text but message', withoutQuote(waited.text), 120),
    figure('get: text but message', withoutQuote(one.text), 150),
    figure('get: structured but message', withoutMessage(one.structured), 270),
  ];
}

/** Twelve tasks, of which one wants an answer. */
async function answers(): Promise<Figure[]> {
  await using server = await startTestServer({ clock: new ManualClock() });
  const names: string[] = [];
  for (let index = 0; index < 12; index++) {
    const input = index === 0 ? WORK : `${LONG_WORK}, part ${index}`;
    const { structured } = await answerOf(server, 'coder_create_task', { input, template: 'tasks-demo' });
    names.push(z.object({ task: z.string() }).parse(structured).task);
  }
  const [, busy = ''] = names;
  const waited = await answerOf(server, 'coder_wait_for_task', { tasks: names });
  const unchanged = await answerOf(server, 'coder_wait_for_task', { tasks: [busy], wait_seconds: 20 });
  const list = await answerOf(server, 'coder_list_tasks', {});
  const lines = list.text.split('\n').filter((line) => names.some((name) => line.includes(`${name},`)));
  const { tasks: items } = z.object({ tasks: z.array(z.looseObject({})) }).parse(list.structured);
  return [
    figure('wait, unchanged: text', unchanged.text, 60),
    figure('wait, one of 12 settled: text', waited.text, 300),
    { what: 'list, longest line', unit: 'tokens', measured: most(lines), budget: { most: 40 } },
    { what: 'list, longest item: structured', unit: 'tokens', measured: most(items), budget: { most: 90 } },
  ];
}

interface Answer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

async function answerOf(server: TestServer, tool: string, args: Record<string, unknown>): Promise<Answer> {
  const result = await server.call(tool, args);
  if (result.isError) throw new Error(`${tool}: ${textOf(result)}`);
  return { text: textOf(result), structured: result.structuredContent ?? {} };
}

function figure(what: string, form: unknown, budget?: number): Figure {
  return { what, unit: 'tokens', measured: tokensOf(form), ...(budget !== undefined && { budget: { most: budget } }) };
}

/** Of a text as it stands, of anything else as the JSON that a host shows. */
function tokensOf(form: unknown): number {
  return countTokens(typeof form === 'string' ? form : JSON.stringify(form));
}

function most(forms: readonly unknown[]): number {
  if (forms.length === 0) throw new Error('nothing to measure');
  return Math.max(...forms.map(tokensOf));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function withoutQuote(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('| '))
    .join('\n');
}

function withoutMessage({ untrusted, ...ours }: Answer['structured']): unknown {
  const { last_message, ...rest } = z.looseObject({}).optional().parse(untrusted) ?? {};
  return { ...ours, untrusted: rest };
}
