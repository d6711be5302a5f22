/** review_tasks: which tasks need somebody, and what to do about each. */

import { z } from 'zod';
import { listAllowed } from '../tasks/allowed.js';
import type { TaskView } from '../tasks/knowing/view.js';
import { nameOf } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import { decodeEntities } from '../text/html.js';
import { visibleLine } from '../text/untrusted.js';
import { definePrompt } from './define.js';
import { listed, paragraphs, taskWords } from './wording.js';

const MAX_LISTED = 15;
const MAX_REPORTS = 10;

export const reviewTasks = definePrompt({
  name: 'review_tasks',
  title: 'Review Coder tasks',
  description: 'Goes through the tasks: which need somebody, what each asks or has done, what to do next.',
  needs: 'coder_get_task',
  input: z.strictObject({
    owner: z.string().min(1).max(64).optional().describe('user name, or * for all; yours if left out'),
  }),
  suggests: { owner: 'owner' },
  async write({ owner = 'me' }, context) {
    const { coder, tasks, hasTool } = context;
    const whose =
      owner === 'me'
        ? 'my Coder tasks'
        : owner === '*'
          ? 'all Coder tasks'
          : `the Coder tasks of ${visibleLine(owner)}`;
    const read = await context.read((signal) => listAllowed(context, owner, signal));
    const views = 'problem' in read ? [] : read.value.map((task) => tasks.view(task));
    return paragraphs(
      [
        [`Review ${whose}.`],
        'problem' in read ? unread(read.problem, owner, hasTool) : overview(views, coder.now()),
        [
          'For each that waits for somebody read its last message (coder_get_task) and tell me in two lines: is it a',
          'question, a result or a failure, and what you would do. A result: check its link. Those at work need nothing.',
          hasTool('coder_diagnose')
            ? 'Broken ones, and those longer in their phase than they should be: coder_diagnose.'
            : undefined,
          'Change nothing before I have agreed: no input, no pause, no delete.',
        ],
      ],
      reportsOf(views),
    );
  },
});

const groups = ['Waiting for somebody', 'At work', 'On the way', 'Paused'] as const;

function groupOf({ phase, turn }: TaskView): (typeof groups)[number] {
  // A paused task waits for nobody in particular: somebody has put it aside.
  if (phase === 'paused') return 'Paused';
  if (turn === 'you') return 'Waiting for somebody';
  return turn === 'agent' ? 'At work' : 'On the way';
}

function overview(views: readonly TaskView[], now: number): readonly string[] {
  if (views.length === 0) return ['There are none.'];
  const lines = groups.flatMap((group) => {
    const entries = views.filter((view) => groupOf(view) === group).map((view) => taskWords(view, now));
    return entries.length > 0 ? [`${group}:`, ...listed(entries, MAX_LISTED)] : [];
  });
  return [`As of ${isoTime(now)}:`, ...lines];
}

function unread(problem: string, owner: string, hasTool: (name: string) => boolean): readonly string[] {
  const list = owner === 'me' ? 'coder_list_tasks()' : `coder_list_tasks(owner: ${visibleLine(owner)})`;
  return [
    `They could not be read now: ${problem}`,
    ...(hasTool('coder_list_tasks') ? [`Try ${list}; if that fails too, tell me what it says.`] : []),
  ];
}

function reportsOf(views: readonly TaskView[]) {
  return views
    .filter((view) => groupOf(view) === 'Waiting for somebody' && view.task.current_state?.message)
    .slice(0, MAX_REPORTS)
    .map(({ task }) => ({
      label: `${nameOf(task)} last reported`,
      text: visibleLine(decodeEntities(task.current_state?.message ?? '')),
    }));
}
