/** review_tasks: which tasks need somebody, and what to do about each. */

import { z } from 'zod';
import type { TaskView } from '../tasks/knowing/view.js';
import { compareByNeed, groupOf, type ListGroup, listGroups } from '../tasks/listing/order.js';
import { readListViews } from '../tasks/listing/views.js';
import { nameOf, reportOf } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import { visibleLine } from '../text/untrusted.js';
import { definePrompt } from './define.js';
import { listed, paragraphs, taskWords } from './wording.js';

const MAX_LISTED = 15;
// So many last messages come with one wait (behaviour §3.2).
const MAX_MESSAGES = 10;

export const reviewTasks = definePrompt({
  name: 'review_tasks',
  title: 'Review Coder tasks',
  description: 'Goes through the tasks: which need somebody, what each asks or has done, what to do next.',
  needs: 'coder_list_tasks',
  input: z.strictObject({
    owner: z.string().min(1).max(64).optional().describe('user name, or * for all; yours if left out'),
  }),
  suggests: { owner: 'everybody' },
  async write({ owner = 'me' }, context) {
    const { coder, hasTool } = context;
    const read = await context.read((signal) => readListViews({ owner }, { ...context, signal }));
    const views = 'problem' in read ? [] : read.value.views.toSorted(compareByNeed);
    const ended = views.filter((view) => !['at_work', 'paused'].includes(groupOf(view)));
    return paragraphs(
      [
        [`Review ${tasksOf(owner)}.`],
        'problem' in read ? unread(read.problem, owner) : overview(views, coder.now()),
        [
          messagesStep(ended.filter(hasMessage), hasTool),
          'Tell me of each in two lines: is it a question, a result or a failure, and what you would do. Of a result check the link.',
          'Those at work need nothing.',
          hasTool('coder_diagnose') && ended.some((view) => !hasMessage(view))
            ? 'Broken ones, and those longer in their phase than they should be: coder_diagnose.'
            : undefined,
          'Change nothing before I have agreed: no input, no pause, no delete.',
        ],
      ],
      reportsOf(ended),
    );
  },
});

function tasksOf(owner: string): string {
  if (owner === 'me') return 'my Coder tasks';
  return owner === '*' ? 'all Coder tasks' : `the Coder tasks of ${visibleLine(owner)}`;
}

function hasMessage({ phase }: TaskView): boolean {
  return phase === 'waiting' || phase === 'done' || phase === 'failed';
}

/** One wait brings the last messages of all whose turn is over; a get for each would cost as many calls. */
function messagesStep(ended: readonly TaskView[], hasTool: (name: string) => boolean): string | undefined {
  if (ended.length === 0 || !hasTool('coder_wait_for_task')) return undefined;
  const names = ended.map(({ task }) => nameOf(task));
  const rest = names.length > MAX_MESSAGES ? ', then the same with the others' : '';
  return `First read their last messages, with one call: coder_wait_for_task(tasks: ${names.slice(0, MAX_MESSAGES).join(', ')})${rest}.`;
}

const groupWords = {
  asks: 'Waiting for me, perhaps with a question',
  failed: 'Failed, as they reported',
  broken: 'Broken',
  stuck: 'Longer in their phase than they should be',
  result: 'Results',
  needs_owner: 'Waiting for their owners',
  at_work: 'At work or on the way',
  paused: 'Paused',
} as const satisfies Record<ListGroup, string>;

function overview(views: readonly TaskView[], now: number): readonly string[] {
  if (views.length === 0) return ['There are none.'];
  const lines = listGroups.flatMap((group) => {
    const entries = views.filter((view) => groupOf(view) === group).map((view) => taskWords(view, now));
    return entries.length > 0 ? [`${groupWords[group]}:`, ...listed(entries, MAX_LISTED)] : [];
  });
  return [`As of ${isoTime(now)}:`, ...lines];
}

function unread(problem: string, owner: string): readonly string[] {
  const list = owner === 'me' ? 'coder_list_tasks()' : `coder_list_tasks(owner: ${visibleLine(owner)})`;
  return [`They could not be read now: ${problem}`, `Try ${list}; if that fails too, tell me what it says.`];
}

function reportsOf(ended: readonly TaskView[]) {
  return ended.slice(0, MAX_LISTED).flatMap(({ task }) => {
    const report = reportOf(task);
    return report === undefined ? [] : [{ label: `${nameOf(task)} last reported`, text: report }];
  });
}
