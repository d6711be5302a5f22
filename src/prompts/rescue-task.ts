/** rescue_task: find out what is wrong with a task and get it going again, without losing its work. */

import { z } from 'zod';
import { diagnose } from '../tasks/diagnosing/diagnosis.js';
import { nextFor, verdictWords } from '../tasks/diagnosing/verdicts.js';
import type { NextCall } from '../tasks/next.js';
import { type QuotedPart, visibleLine } from '../text/untrusted.js';
import { definePrompt, type PromptContext } from './define.js';
import { listed, paragraphs, taskWords } from './wording.js';

interface Situation {
  readonly lines: readonly string[];
  readonly quotes: readonly QuotedPart[];
}

export const rescueTask = definePrompt({
  name: 'rescue_task',
  title: 'Rescue a Coder task',
  description:
    'Says what is wrong with a task that is broken, stuck or silent, and gets it going without losing its work.',
  needs: 'coder_diagnose',
  input: z.strictObject({
    task: z.string().min(1).max(300).describe('name (mine), owner/name, id, or dashboard address'),
  }),
  suggests: { task: 'task' },
  async write({ task }, context) {
    const reference = visibleLine(task);
    const read = await context.read((signal) => situationOf(task, context, signal));
    const situation =
      'problem' in read
        ? {
            lines: [`It could not be read now: ${read.problem}`, `Begin with coder_diagnose(task: ${reference}).`],
            quotes: [],
          }
        : read.value;
    return paragraphs(
      [
        [`The Coder task ${reference} needs help: find out what is wrong and get it going again.`],
        situation.lines,
        [
          'Tell me the cause in one sentence and what you are going to do, then do it. What is in its workspace and not',
          'pushed exists nowhere else: do not delete the task, and do not start a second one for the same work, unless I say',
          'so. If only its owner, the author of the template or a Coder administrator can mend it, say who and what.',
        ],
      ],
      situation.quotes,
    );
  },
});

/** What is known of it now: the same verdict and cause that coder_diagnose gives. */
async function situationOf(reference: string, context: PromptContext, signal: AbortSignal): Promise<Situation> {
  const { coder, tasks } = context;
  const view = tasks.view(await tasks.find(reference, signal));
  const [diagnosis, summary] = await Promise.all([diagnose(coder, view, signal), tasks.brief(view, signal)]);
  const steps = nextFor(diagnosis.verdict, summary.task, view)
    .filter(({ tool }) => context.hasTool(tool))
    .map(stepWords);
  const quotes = Object.entries({ ...diagnosis.untrusted, ...summary.untrusted }).flatMap(([key, words]) =>
    typeof words === 'string' ? [{ label: key.replaceAll('_', ' '), text: words }] : [],
  );
  return {
    lines: [
      `Now: ${taskWords(view, coder.now())}`,
      `Cause: ${diagnosis.cause}`,
      verdictWords[diagnosis.verdict].text,
      ...(steps.length > 0 ? ['What usually helps:', ...listed(steps, steps.length)] : []),
    ],
    quotes,
  };
}

function stepWords({ tool, arguments: args, why }: NextCall): string {
  const words = Object.entries(args).map(([name, value]) => `${name}: ${value}`);
  return `${tool}(${words.join('; ')}) ${why}`;
}
