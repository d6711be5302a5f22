/** coder_list_tasks: which tasks there are, whose turn it is, newest first. */

import { z } from 'zod';
import { InputError } from '../coder/errors/errors.js';
import { type Task, type TaskList, taskStatuses, ZERO_ID } from '../coder/wire/schemas.js';
import { listAllowedBy } from '../tasks/allowed.js';
import { countPhases, type Phase, phases, turnOf, turns } from '../tasks/knowing/phase.js';
import { taskLine as lineOf, nameOf } from '../tasks/summary.js';
import { listNames, nearest } from '../text/names.js';
import { hasWords } from '../text/words.js';
import { defineTool, type ToolContext } from './define.js';
import { next, type nextCall, notes, type TaskLine, taskLine } from './outputs.js';
import { MAX_WAITED_TASKS, organizationParam, ownerParam } from './params.js';
import { countWords, headline } from './wording.js';

const MAX_LIMIT = 100;
// Each costs a request, and Coder's clients have some hundreds a minute.
const MAX_COMPLETED = 100;

export const listTasks = defineTool({
  name: 'coder_list_tasks',
  title: 'List tasks',
  description:
    'Tasks, newest first, one line each, with counts by phase; yours, or everybody\'s with owner "*". ' +
    'Find a task by words of its name or prompt (search), or those that need someone (turn you). ' +
    'Lines carry the pull request if one was reported. For one known task use coder_get_task.',
  effect: 'read',
  endpoint: 'listTasks',
  input: z.strictObject({
    owner: ownerParam('*').default('me').describe('user name, or *'),
    organization: organizationParam.optional().describe('name or id'),
    status: z.enum(taskStatuses).optional().describe("Coder's own word"),
    phase: z.array(z.enum(phases)).min(1).optional().describe('one or several'),
    turn: z.enum(turns).optional().describe('who has to act'),
    template: z.string().min(1).max(100).optional().describe('name'),
    search: z.string().min(1).max(200).optional().describe('all words, in name or prompt'),
    limit: z.int().min(1).max(MAX_LIMIT).default(20).describe('tasks'),
    cursor: z.string().min(1).max(200).optional().describe('next_cursor of the last page'),
  }),
  output: z.object({
    counts: z.record(z.string(), z.number()),
    matched: z.number(),
    shown: z.number(),
    tasks: z.array(taskLine),
    next_cursor: z.string().optional(),
    notes,
    next,
  }),
  async run(args, context) {
    const filter = { owner: args.owner, organization: args.organization, status: args.status };
    const list = await listAllowedBy(context, filter, context.signal);
    // Coder sorts them, newest first.
    const tasks = await completed(list.tasks, context);
    const matching = tasks
      .map((task) => ({ task, phase: context.tasks.phaseOf(task) }))
      .filter((sight) => matches(sight, args));
    const after = args.cursor === undefined ? matching : matching.slice(positionAfter(matching, args.cursor));
    const page = after.slice(0, args.limit);
    const last = page.at(-1);
    const lines = page.map(({ task }) => lineOf(context.tasks.view(task)));
    return {
      counts: countPhases(matching.map(({ phase }) => phase)),
      matched: matching.length,
      shown: page.length,
      tasks: lines,
      ...(after.length > page.length && last && { next_cursor: cursorOf(last.task) }),
      notes: notesOf({ tasks, dropped: list.dropped }, args.template, matching.length),
      next: nextOf(lines),
    };
  },
  text: ({ counts, matched, shown, tasks, next_cursor }, words) => [
    matched === 0 ? 'no tasks match' : `${matched} ${matched === 1 ? 'task' : 'tasks'}: ${countWords(counts)}`,
    shown < matched ? `shown ${shown} of ${matched}, newest first` : undefined,
    ...tasks.map((task) => [headline(task, words), task.links?.[0]?.url].filter(Boolean).join(' ')),
    next_cursor && `more: cursor ${next_cursor}`,
  ],
});

function notesOf({ tasks, dropped }: TaskList, template: string | undefined, matched: number): string[] | undefined {
  const isKnown = template === undefined || tasks.some((task) => isFrom(template, task));
  const names = isKnown ? [] : tasks.map(({ template_name }) => template_name).filter((name) => name !== '');
  const partial = tasks.filter(isPartial).length;
  const found = [
    dropped > 0 && `${dropped} entries of Coder's list could not be read and are left out`,
    partial > 0 && `of ${partial} the token shows neither workspace nor template: their phase may be another`,
    matched === 0 && tasks.length > 0 && `${tasks.length} without the filters phase, turn, template and search`,
    names.length > 0 && `no task here is from that template; nearest: ${listNames(nearest(template ?? '', names), 3)}`,
  ].filter((note) => note !== false);
  return found.length > 0 ? found : undefined;
}

function isFrom(template: string, { template_id, template_name }: Task): boolean {
  return template_name.toLowerCase() === template.toLowerCase() || template_id === template;
}

interface Sight {
  readonly task: Task;
  readonly phase: Phase;
}

interface Filter {
  readonly phase?: readonly Phase[] | undefined;
  readonly turn?: string | undefined;
  readonly template?: string | undefined;
  readonly search?: string | undefined;
}

function matches({ task, phase: current }: Sight, { phase, turn, template, search }: Filter): boolean {
  if (phase && !phase.includes(current)) return false;
  if (turn && turnOf(current) !== turn) return false;
  if (template && !isFrom(template, task)) return false;
  return !search || hasWords(`${nameOf(task)}\n${task.display_name}\n${task.initial_prompt}`, search);
}

function cursorOf(task: Task): string {
  return Buffer.from(`${task.created_at} ${task.id}`).toString('base64url');
}

/** Where the page after a cursor begins, also when its task is gone by now or newer ones have come. */
function positionAfter(sights: readonly Sight[], cursor: string): number {
  const [createdAt = '', id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const created = Date.parse(createdAt);
  if (id === undefined || Number.isNaN(created)) {
    throw new InputError({ argument: 'cursor', received: cursor, expectation: 'the next_cursor of an earlier answer' });
  }
  const last = sights.findIndex(({ task }) => task.id === id);
  if (last !== -1) return last + 1;
  const older = sights.findIndex(({ task }) => Date.parse(task.created_at) < created);
  return older === -1 ? sights.length : older;
}

/** Restricted tokens get a list without workspace values: its newest tasks are then read one by one (coder-api §3.1). */
async function completed(tasks: Task[], { coder, signal }: ToolContext): Promise<Task[]> {
  const partial = new Set(tasks.filter(isPartial).slice(0, MAX_COMPLETED));
  if (partial.size === 0) return tasks;
  return Promise.all(
    tasks.map((task) =>
      partial.has(task) ? coder.getTask({ user: 'me', task: task.id }, { signal }).catch(() => task) : task,
    ),
  );
}

function isPartial({ template_id }: Task): boolean {
  return template_id === ZERO_ID;
}

/** What needs someone first; else a wait for what is at work. */
function nextOf(lines: readonly Pick<TaskLine, 'task' | 'phase' | 'turn'>[]): z.output<typeof nextCall>[] {
  const yours = lines.find(({ phase }) => ['waiting', 'done', 'failed'].includes(phase));
  const bad = lines.find(({ phase }) => ['broken', 'unhealthy', 'unreachable', 'unknown'].includes(phase));
  const urgent = [
    ...(yours ? [{ tool: 'coder_get_task', arguments: { task: yours.task }, why: 'its last message' }] : []),
    ...(bad ? [{ tool: 'coder_diagnose', arguments: { task: bad.task }, why: 'says why' }] : []),
  ];
  const busy = lines.filter(({ turn }) => turn !== 'you').map(({ task }) => task);
  if (urgent.length > 0 || busy.length === 0) return urgent;
  const tasks = busy.slice(0, MAX_WAITED_TASKS);
  return [{ tool: 'coder_wait_for_task', arguments: { tasks }, why: 'returns at the first that needs you' }];
}
