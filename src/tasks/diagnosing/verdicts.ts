/** The closed list of what can be the matter with a task: what each verdict means, and the calls that make sense then. */

import type { ToolName } from '../../tool-names.js';
import type { Phase } from '../knowing/phase.js';
import type { NextCall } from '../next.js';

export const verdicts = [
  'queue_busy',
  'no_provisioner',
  'build_stalled',
  'build_failed',
  'delete_failed',
  'quota',
  'licence',
  'canceled',
  'script_failed',
  'script_slow',
  'agent_never_connected',
  'agent_lost',
  'no_agent_in_template',
  'app_unhealthy',
  'app_down',
  'app_misconfigured',
  'report_stale',
  'screen_blocked',
  'prompt_missing',
  'no_permission',
  'workspace_deleted',
  'paused',
  'busy',
  'waiting',
  'healthy',
  'unclear',
] as const;

export type Verdict = (typeof verdicts)[number];

interface VerdictWords {
  /** What it means and, where a person must act, what they can do. */
  readonly text: string;
  /** Calls in their order of usefulness; at most three. */
  readonly next: readonly NextStep[];
}

type NextStep = keyof typeof steps;

const steps = {
  wait: { tool: 'coder_wait_for_task', why: 'returns when it is your turn' },
  waitReady: { tool: 'coder_wait_for_task', why: 'returns when the agent can be talked to' },
  resume: { tool: 'coder_resume_task', why: 'tries the start again' },
  pause: { tool: 'coder_pause_task', why: 'then coder_resume_task: a fresh start; what is only in memory is lost' },
  cancel: { tool: 'coder_pause_task', why: 'cancels the build where the template allows it; then coder_resume_task' },
  send: { tool: 'coder_send_task_input', why: 'with input' },
  sendPrompt: { tool: 'coder_send_task_input', why: 'with the initial prompt as input' },
  sendPaused: { tool: 'coder_send_task_input', why: 'with input: resumes it, then sends' },
  logs: { tool: 'coder_get_task_logs', why: 'the conversation' },
  raw: { tool: 'coder_get_task', why: 'the object as Coder sent it' },
  page: { tool: 'coder_get_task', why: 'its dashboard page and `coder ssh`, where a person can answer its screen' },
  templates: { tool: 'coder_list_task_templates', why: 'other templates that can run the task' },
  tasks: { tool: 'coder_list_tasks', why: 'tasks that could be deleted to make room' },
  left: { tool: 'coder_list_tasks', why: 'the tasks that are left' },
} as const satisfies Record<string, { readonly tool: ToolName; readonly why: string }>;

export const verdictWords = {
  queue_busy: { text: 'Its build waits in the queue for a free provisioner.', next: ['waitReady'] },
  no_provisioner: {
    text: 'No provisioner that is alive may run its build: it waits until a Coder administrator starts one with these tags.',
    next: ['templates'],
  },
  build_stalled: {
    text: 'The build of its workspace runs and writes nothing: it hangs, and waiting does not help. Where the template does not let you cancel it, a site owner or template administrator cancels it on the page of the workspace.',
    next: ['cancel'],
  },
  build_failed: {
    text: 'The build of its workspace failed. Another try fails alike unless the reason was passing; a lasting one is for the author of the template.',
    next: ['resume', 'templates'],
  },
  delete_failed: {
    text: 'It is not deleted: its delete build failed, so its workspace and disk are still there and its name stays taken. A person can try again with `coder delete`; an administrator can add `--orphan`, which gives up what cannot be deleted.',
    next: ['left'],
  },
  quota: {
    text: 'The quota for workspaces is used up: delete a task that is not needed, or ask a Coder administrator for more.',
    next: ['tasks', 'resume'],
  },
  licence: {
    text: 'The licence of the deployment does not permit the build; that is for a Coder administrator.',
    next: [],
  },
  canceled: { text: 'Somebody canceled the build of its workspace.', next: ['resume'] },
  script_failed: {
    text: 'The startup script of the workspace ended with an error, so what it was to start may be missing; its author is the author of the template.',
    next: ['pause', 'templates'],
  },
  script_slow: {
    text: 'The startup script of the workspace takes longer than it should, or was given up.',
    next: ['waitReady', 'pause'],
  },
  agent_never_connected: {
    text: 'The workspace was built, but its workspace agent never called in: the machine did not boot, or cannot reach Coder.',
    next: ['pause', 'templates'],
  },
  agent_lost: {
    text: 'The workspace agent has lost its connection: its machine is down, asleep, out of memory or cut off. What comes back by itself mostly does so within a minute.',
    next: ['pause'],
  },
  no_agent_in_template: {
    text: 'The template makes no workspace agent, so its tasks can never start; only the author of the template can mend that.',
    next: ['templates'],
  },
  app_unhealthy: {
    text: 'The workspace runs, but the health check of the agent program fails; early in a start that may pass by itself.',
    next: ['waitReady', 'pause'],
  },
  app_down: {
    text: 'The workspace runs, but the agent program (AgentAPI) does not answer: it crashed or hangs, whatever its last report says.',
    next: ['pause'],
  },
  app_misconfigured: {
    text: 'The template does not tie the task to an app that Coder can talk to; only its author can mend that. Its coder_ai_task may depend on a parameter that this preset does not set, or a module that it uses may no longer make one.',
    next: ['templates'],
  },
  report_stale: {
    text: "Nothing moves any more and the report still says working: some templates' reports stick there. A message is mostly taken all the same.",
    next: ['send', 'logs'],
  },
  screen_blocked: {
    text: 'The screen of the agent waits for a choice or a key, which a message cannot give safely: a person answers it in the dashboard or over `coder ssh`.',
    next: ['page', 'logs'],
  },
  prompt_missing: {
    text: 'The agent runs, but was never given its work: it waits for a first message.',
    next: ['sendPrompt', 'logs'],
  },
  no_permission: {
    text: 'You may see the task, but not what lies behind it: its owner can share the workspace, or use a token with wider scopes.',
    next: [],
  },
  workspace_deleted: { text: 'The workspace of the task was deleted, and its disk with it.', next: ['left'] },
  paused: { text: 'The task is paused: its workspace is stopped, its disk is kept.', next: ['sendPaused', 'resume'] },
  busy: { text: 'Something is under way.', next: ['wait'] },
  waiting: { text: "The agent's turn is over: it waits for you.", next: ['logs', 'send'] },
  healthy: { text: 'Everything that was looked at works.', next: ['wait', 'logs'] },
  unclear: { text: 'Coder reports a state that this program does not know.', next: ['raw', 'wait'] },
} as const satisfies Record<Verdict, VerdictWords>;

/** What of a task decides which calls make sense beside the verdict. */
export interface NextContext {
  readonly phase: Phase;
  readonly settled: boolean;
}

/** Phases in which a wait for `ready` ends by itself. */
const comingUp: ReadonlySet<Phase> = new Set(['queued', 'starting', 'unhealthy', 'unreachable']);

/**
 * The calls that a verdict about this task suggests; none confirms or repeats anything, and none ends at once only to
 * point back here: a wait for what is settled already does.
 */
export function nextFor(verdict: Verdict, task: string, { phase, settled }: NextContext): NextCall[] {
  const chosen: readonly NextStep[] = verdictWords[verdict].next;
  return chosen.flatMap((step) => {
    const fitting = waitStep(step, phase, settled);
    return fitting
      ? [{ tool: steps[fitting].tool, arguments: argumentsOf(fitting, task), why: steps[fitting].why }]
      : [];
  });
}

function waitStep(step: NextStep, phase: Phase, settled: boolean): NextStep | undefined {
  if (step !== 'wait' && step !== 'waitReady') return step;
  if (comingUp.has(phase)) return 'waitReady';
  return settled ? undefined : 'wait';
}

function argumentsOf(step: NextStep, task: string): NextCall['arguments'] {
  switch (step) {
    case 'wait':
    case 'resume':
    case 'pause':
    case 'cancel':
      return { tasks: [task] };
    case 'waitReady':
      return { tasks: [task], until: 'ready' };
    case 'raw':
    case 'page':
      return { task, detail: 'full' };
    case 'templates':
    case 'tasks':
    case 'left':
      return {};
    case 'send':
    case 'sendPrompt':
    case 'sendPaused':
    case 'logs':
      return { task };
  }
}
