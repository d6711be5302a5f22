/** delegate_task: hand a piece of work to a Coder task, with a brief that an agent can work from. */

import { z } from 'zod';
import { listAllowed } from '../tasks/allowed.js';
import { readTaskTemplates, templateLabel } from '../tasks/creating/templates.js';
import { phaseOf } from '../tasks/knowing/phase.js';
import { nameOf } from '../tasks/summary.js';
import { clipEnd } from '../text/clip.js';
import { type QuotedPart, visibleLine } from '../text/untrusted.js';
import { definePrompt, type PromptContext } from './define.js';
import { listed, paragraphs, taskWords } from './wording.js';

const MAX_TASKS = 5;
const MAX_TEMPLATES = 8;
const MAX_QUOTED_CHARS = 80;

export const delegateTask = definePrompt({
  name: 'delegate_task',
  title: 'Delegate work to a Coder task',
  description: 'Writes the brief that an agent needs, starts the task, and sees it through to its result.',
  needs: 'coder_create_task',
  input: z.strictObject({
    work: z.string().min(1).max(50_000).describe('what shall be done, in your own words'),
    template: z.string().min(1).max(100).optional().describe('template of the workspace'),
    preset: z.string().min(1).max(100).optional().describe('preset of the template'),
  }),
  suggests: { template: 'template', preset: 'preset' },
  async write({ work, template, preset }, context) {
    const [running, choice] = await Promise.all([
      runningTasks(context),
      template === undefined ? templateChoice(context) : nothing,
    ]);
    const given = Object.entries({ template, preset }).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
    return paragraphs(
      [
        ['Have a Coder task do this work:', '', work.trim()],
        [
          'Its agent will know nothing but the input you write: not this conversation, no local file, nothing uncommitted',
          'or unpushed. Look up here what it needs (git remote, branch, README, CI) and put into the input:',
          '- the repository and the branch to start from',
          '- the branch to push, and whether to open a pull request',
          '- the work itself, what is out of bounds, and the tests or checks that must pass',
          '- that it asks one question and stops when it is unsure, and reports the pull request when it is done',
          'If the work needs changes that only exist here, tell me to push them first. Ask me only what you cannot find out.',
        ],
        running.lines,
        choice.lines,
        [
          `Then: coder_create_task(${['input: your brief', ...given].join('; ')}).`,
          context.hasTool('coder_wait_for_task')
            ? 'Wait with coder_wait_for_task until it is your turn; a time-out is normal, wait again.'
            : undefined,
          context.hasTool('coder_send_task_input')
            ? 'Answer a question from the brief with coder_send_task_input; what the brief does not settle, ask me.'
            : undefined,
          'At the end tell me what was done, whether the checks passed, and the link. Leave the task in place.',
        ],
      ],
      [...running.quotes, ...choice.quotes],
    );
  },
});

/** Lines of ours, and what others wrote about the things in them. */
interface Section {
  readonly lines: readonly string[];
  readonly quotes: readonly QuotedPart[];
}

const nothing: Section = { lines: [], quotes: [] };

/** So that work under way is not begun a second time. */
async function runningTasks(context: PromptContext): Promise<Section> {
  const { coder, tasks, hasTool } = context;
  const mine = await context.read((signal) => listAllowed(context, 'me', signal));
  if ('problem' in mine) return { lines: [`My tasks could not be read now: ${mine.problem}`], quotes: [] };
  const running = mine.value.filter((task) => phaseOf(task) !== 'deleting');
  if (running.length === 0) return nothing;
  const instead = hasTool('coder_send_task_input') ? 'use coder_send_task_input on it instead' : 'tell me';
  const lines = running.map((task) => taskWords(tasks.view(task), coder.now()));
  return {
    lines: [`My tasks now; if one of them is about this work, ${instead}:`, ...listed(lines, MAX_TASKS)],
    quotes: running.slice(0, MAX_TASKS).map((task) => ({
      label: `${nameOf(task)} is about`,
      text: clipEnd(visibleLine(task.display_name || task.initial_prompt), MAX_QUOTED_CHARS),
    })),
  };
}

async function templateChoice(context: PromptContext): Promise<Section> {
  const { coder, policy } = context;
  const read = await context.read((signal) => readTaskTemplates(coder, undefined, signal));
  if ('problem' in read) return nothing;
  const allowed = read.value.filter(({ organization_name, name }) => policy.allowsTemplate(organization_name, name));
  const names = allowed.map((template) => visibleLine(templateLabel(template, allowed)));
  const [only, ...others] = names;
  if (only === undefined) return { lines: ['No template here can run tasks: tell me that first.'], quotes: [] };
  if (others.length === 0) return { lines: [`Template: ${only}`], quotes: [] };
  const quotes = allowed.slice(0, MAX_TEMPLATES).flatMap(({ description, display_name }, index) => {
    const text = clipEnd(visibleLine(description || display_name), MAX_QUOTED_CHARS);
    return text === '' ? [] : [{ label: `template ${names[index]}`, text }];
  });
  return {
    lines: ['Choose a template for it, and ask me if that is not clear:', ...listed(names, MAX_TEMPLATES)],
    quotes,
  };
}
