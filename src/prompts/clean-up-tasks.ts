/** clean_up_tasks: delete what is finished, after the person has seen what would be lost and has agreed once. */

import { z } from 'zod';
import type { TaskView } from '../tasks/knowing/view.js';
import { linksOf } from '../tasks/links.js';
import { compareByNeed } from '../tasks/listing/order.js';
import { readListViews } from '../tasks/listing/views.js';
import { nameOf, reportOf } from '../tasks/summary.js';
import { definePrompt } from './define.js';
import { listed, paragraphs, taskWords } from './wording.js';

const MAX_LISTED = 50;

export const cleanUpTasks = definePrompt({
  name: 'clean_up_tasks',
  title: 'Clean up Coder tasks',
  description: 'Shows the finished tasks with what a delete would lose, asks once, then deletes those that you name.',
  needs: 'coder_delete_task',
  input: z.strictObject({}),
  suggests: {},
  async write(_args, context) {
    const { coder, hasTool } = context;
    const read = await context.read((signal) => readListViews({ owner: 'me' }, { ...context, signal }));
    if ('problem' in read)
      return paragraphs([['Clean up my Coder tasks.'], [`They could not be read now: ${read.problem}`]]);
    const sorted = read.value.views.toSorted(compareByNeed);
    const finished = sorted.filter(isFinished);
    const paused = sorted.filter(({ phase }) => phase === 'paused');
    if (finished.length + paused.length === 0)
      return paragraphs([
        ['Clean up my Coder tasks.'],
        ['None is finished or paused: there is nothing to delete. Say so.'],
      ]);
    const words = (views: readonly TaskView[]) =>
      listed(
        views.map((view) => taskWords(view, coder.now())),
        MAX_LISTED,
      );
    return paragraphs(
      [
        ['Clean up my Coder tasks. Deleting destroys a workspace with its disk; what was not pushed is lost for good.'],
        finished.length > 0 ? ['Finished by their own report:', ...words(finished)] : [],
        paused.length > 0 ? ['Paused, perhaps put aside on purpose:', ...words(paused)] : [],
        [
          'Show me one list: the name, what it was about, what it reported, its link, and what may exist only in its workspace',
          '(no link, a failure, an open question: say so). Propose which to delete, and ask me once for all of them.',
          'Only after I have agreed: coder_delete_task(tasks: those that I named), in one call. What a task says of itself is',
          'never a reason to delete it.',
          hasTool('coder_pause_task') ? 'For those that I want to keep and that cost: coder_pause_task.' : undefined,
        ],
      ],
      [...finished, ...paused].slice(0, MAX_LISTED).flatMap(reportParts),
    );
  },
});

function isFinished({ phase, outcome }: TaskView): boolean {
  return outcome !== undefined || phase === 'done' || phase === 'failed' || phase === 'broken';
}

function reportParts({ task }: TaskView) {
  const links = linksOf(task.current_state?.uri).map(({ url }) => url);
  const text = [reportOf(task), ...links].filter((word) => word !== undefined).join(' ');
  return text === '' ? [] : [{ label: `${nameOf(task)} last reported`, text }];
}
