/** coder_list_tasks: which tasks there are, and which of them need you. */

import { z } from 'zod';
import { InputError } from '../coder/errors/errors.js';
import { taskStatuses } from '../coder/wire/schemas.js';
import { countPhases, phases, turns } from '../tasks/knowing/phase.js';
import { type Outcome, outcomes } from '../tasks/knowing/reports.js';
import type { TaskView } from '../tasks/knowing/view.js';
import { type FoundConversation, searchConversations } from '../tasks/listing/conversations.js';
import { matches, templateNotes } from '../tasks/listing/filter.js';
import { compareByNeed, groupOf, listCursor, needsCaller, positionAfter } from '../tasks/listing/order.js';
import { type ListReading, readListViews } from '../tasks/listing/views.js';
import type { NextCall } from '../tasks/next.js';
import { listedTask, nameOf } from '../tasks/summary.js';
import { listNames } from '../text/names.js';
import { defineTool, type ToolContext } from './define.js';
import { next, notes, now, outcomeCounts, taskState, untrustedLine } from './outputs.js';
import { MAX_TASKS, organizationParam, ownerParam } from './params.js';
import { countWords, headline } from './wording.js';

const MAX_LIMIT = 100;
// So many last messages come with one wait (behaviour §3.2).
const MAX_MESSAGES = 10;
// What is left of the host's patience for the answer itself.
const ANSWER_MS = 3_000;

const listedTaskShape = taskState.extend({
  cause: z.string().optional(),
  hits: z.int().optional(),
  untrusted: untrustedLine.optional(),
});

export const listTasks = defineTool({
  name: 'coder_list_tasks',
  title: 'List tasks',
  description:
    'What is running, what are my agents doing? Overview in one call: counts, then one line per task, first those ' +
    'that need you (questions, failures, stuck), then results, at work, paused, with title, last report and pull ' +
    "request. Yours, or everybody's with owner *. Find a task by words in its name or prompt, or search where " +
    'something was discussed in all conversations. For one known task use coder_get_task.',
  effect: 'read',
  endpoint: 'listTasks',
  input: z.strictObject({
    owner: ownerParam('*').default('me').describe('user name, or * for all; default me'),
    organization: organizationParam.optional().describe('name or id'),
    status: z.enum(taskStatuses).optional().describe("Coder's own word"),
    phase: z.array(z.enum(phases)).min(1).optional().describe('one or several; done: also reported done'),
    turn: z.enum(turns).optional().describe('who has to act'),
    template: z.string().min(1).max(100).optional().describe('name'),
    search: z.string().min(1).max(200).optional().describe('all words'),
    search_in: z
      .enum(['tasks', 'conversations'])
      .default('tasks')
      .describe('tasks (default): name, title, prompt; conversations: what was said, of 50 tasks'),
    limit: z.int().min(1).max(MAX_LIMIT).default(20).describe('default 20'),
    cursor: z.string().min(1).max(200).optional().describe('next_cursor of the last page'),
  }),
  output: z.object({
    now,
    counts: z.partialRecord(z.enum(phases), z.int()),
    outcomes: outcomeCounts.optional(),
    matched: z.int(),
    shown: z.int(),
    searched: z.int().optional(),
    not_searched: z.array(z.string()).optional(),
    tasks: z.array(listedTaskShape),
    next_cursor: z.string().optional(),
    notes,
    next,
  }),
  async run(args, context) {
    const startedAt = context.clock.now();
    const inConversations = args.search_in === 'conversations';
    if (inConversations && args.search === undefined)
      throw new InputError({
        argument: 'search',
        received: undefined,
        expectation: 'the words to look for in conversations',
      });
    const { owner, organization, status } = args;
    const list = await readListViews({ owner, organization, status }, context);
    const wanted = { ...args, search: inConversations ? undefined : args.search };
    const matching = list.views.filter((view) => matches(view, wanted)).toSorted(compareByNeed);
    const found =
      inConversations && args.search !== undefined
        ? await searchConversations(matching, args.search, searchContext(startedAt, context))
        : undefined;
    const views = found ? found.found.map(({ view }) => view) : matching;
    const after = args.cursor === undefined || found ? views : views.slice(positionAfter(views, args.cursor));
    const page = await list.completed(after.slice(0, args.limit));
    const last = after[page.length - 1];
    return {
      ...countsOf(views),
      matched: views.length,
      shown: page.length,
      ...(found && { searched: found.searched }),
      ...(found && found.notSearched.length > 0 && { not_searched: found.notSearched }),
      tasks: page.map((view, index) => lineOf(view, found?.found[index])),
      ...(!found && after.length > page.length && last && { next_cursor: listCursor(last) }),
      notes: notesOf(list, args.template, views.length),
      next: found ? nextOfSearch(found.found, args.search) : nextOf(page),
    };
  },
  text: ({ counts, outcomes: reported, matched, shown, searched, not_searched, tasks, next_cursor }, words) => [
    matched === 0 ? 'no tasks match' : `${counted(matched)}: ${countWords(counts, reported)}`,
    searched !== undefined && `searched ${searched === 1 ? '1 conversation' : `${searched} conversations`}`,
    not_searched && `not searched: ${listNames(not_searched, MAX_LIMIT)}`,
    shown < matched && `shown ${shown} of ${matched}`,
    ...tasks.map((task, index) =>
      [`${index + 1} ${headline(task, words)}`, task.cause, task.hits !== undefined && `${task.hits} hits`]
        .filter(Boolean)
        .join(', '),
    ),
    next_cursor && `more: cursor ${next_cursor}`,
  ],
  // By the numbers of the lines: names, repeated, would cost a third of the answer.
  quote: ({ tasks }) => {
    const lines = tasks.flatMap(({ untrusted }, index) => {
      const { title, report, link, snippets = [] } = untrusted ?? {};
      const words = [title, report, link].filter((word) => word !== undefined).join(' · ');
      return [
        ...(words === '' ? [] : [`${index + 1} ${words}`]),
        ...snippets.map(({ id, text }) => `${index + 1} #${id} ${text}`),
      ];
    });
    return lines.length > 0 ? [{ text: lines.join('\n') }] : [];
  },
});

function counted(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

function searchContext(startedAt: number, { coder, signal, host, clock }: ToolContext) {
  const deadline = startedAt + host.maxWaitSeconds * 1_000 - ANSWER_MS;
  return { coder, signal, deadline, now: () => clock.now() };
}

/** Counts by phase, and of those whose turn is over how many reported a result or a failure: the others may ask. */
function countsOf(views: readonly TaskView[]) {
  const reported = (wanted: Outcome) =>
    views.filter(({ phase, outcome }) => phase === 'waiting' && outcome === wanted).length;
  const found = outcomes.map((outcome) => [outcome, reported(outcome)] as const).filter(([, count]) => count > 0);
  return {
    counts: countPhases(views.map(({ phase }) => phase)),
    ...(found.length > 0 && { outcomes: Object.fromEntries(found) }),
  };
}

function lineOf(view: TaskView, found: FoundConversation | undefined) {
  const { untrusted, ...line } = listedTask(view);
  const words = { ...untrusted, ...(found && { snippets: found.snippets }) };
  return {
    ...line,
    ...(found && { hits: found.hits }),
    ...(Object.keys(words).length > 0 && { untrusted: words }),
  };
}

function notesOf(list: ListReading, template: string | undefined, matched: number): string[] | undefined {
  const { views, dropped, partial } = list;
  const found = [
    dropped > 0 && `${dropped} entries of Coder's list could not be read and are left out`,
    partial > 0 && `of ${partial} the token shows neither workspace nor template: their phase may be another`,
    matched === 0 && views.length > 0 && `${views.length} without the filters phase, turn, template and search`,
    ...templateNotes(template, views),
  ].filter((note) => note !== false);
  return found.length > 0 ? found : undefined;
}

/** What needs you first; else a wait for what is at work. */
function nextOf(page: readonly TaskView[]): NextCall[] {
  const urgent = page.filter(needsCaller);
  const ended = (view: TaskView) => ['waiting', 'done', 'failed'].includes(view.phase);
  const asking = urgent.filter(ended).map(({ task }) => nameOf(task));
  const [stuck] = urgent.filter((view) => !ended(view));
  const calls: NextCall[] = [];
  const [first] = asking;
  if (asking.length === 1 && first !== undefined)
    calls.push({ tool: 'coder_get_task', arguments: { task: first }, why: 'its last message' });
  else if (asking.length > 1) {
    const tasks = asking.slice(0, MAX_MESSAGES);
    calls.push({ tool: 'coder_wait_for_task', arguments: { tasks }, why: 'brings their last messages' });
  }
  if (stuck) calls.push({ tool: 'coder_diagnose', arguments: { task: nameOf(stuck.task) }, why: 'says why' });
  const busy = page.filter((view) => groupOf(view) === 'at_work').map(({ task }) => nameOf(task));
  if (calls.length > 0 || busy.length === 0) return calls;
  const tasks = busy.slice(0, MAX_TASKS);
  return [{ tool: 'coder_wait_for_task', arguments: { tasks }, why: 'returns at the first that needs you' }];
}

function nextOfSearch(found: readonly FoundConversation[], search: string | undefined): NextCall[] {
  const [best] = found;
  if (!best) return [];
  const task = nameOf(best.view.task);
  return [{ tool: 'coder_get_task_logs', arguments: { task, search }, why: 'all its hits' }];
}
