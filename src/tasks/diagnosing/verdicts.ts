/** The closed list of what can be the matter with a task: what each verdict means, and the calls that make sense then. */

import type { NextCall } from '../next.js';

export const verdicts = [
  'queue_busy',
  'no_provisioner',
  'build_failed',
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
  waitReady: { tool: 'coder_wait_for_task', why: 'returns when the agent can be reached again' },
  resume: { tool: 'coder_resume_task', why: 'tries the start again' },
  pause: { tool: 'coder_pause_task', why: 'then coder_resume_task: a fresh start; what is only in memory is lost' },
  send: { tool: 'coder_send_task_input', why: 'with input' },
  sendPaused: { tool: 'coder_send_task_input', why: 'with input: resumes it, then sends' },
  logs: { tool: 'coder_get_task_logs', why: 'the conversation' },
  raw: { tool: 'coder_get_task', why: 'the object as Coder sent it' },
  templates: { tool: 'coder_list_task_templates', why: 'other templates that can run the task' },
  tasks: { tool: 'coder_list_tasks', why: 'tasks that could be deleted to make room' },
  left: { tool: 'coder_list_tasks', why: 'the tasks that are left' },
} as const;

export const verdictWords = {
  queue_busy: { text: 'Its build waits in the queue for a free provisioner.', next: ['wait'] },
  no_provisioner: {
    text: 'No provisioner that is alive may run its build, so it waits until a Coder administrator starts one.',
    next: ['wait'],
  },
  build_failed: {
    text: 'The build of its workspace failed. Another try fails alike unless the reason was passing; a lasting one is for the author of the template.',
    next: ['resume', 'templates'],
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
    next: ['wait', 'pause'],
  },
  agent_never_connected: {
    text: 'The workspace was built, but its agent never called in: the machine did not boot, or cannot reach Coder.',
    next: ['waitReady', 'pause'],
  },
  agent_lost: {
    text: 'The workspace agent has lost its connection: its machine is down, asleep, out of memory or cut off.',
    next: ['waitReady', 'pause'],
  },
  no_agent_in_template: {
    text: 'The template makes no workspace agent, so its tasks can never start; only the author of the template can mend that.',
    next: ['templates'],
  },
  app_unhealthy: {
    text: 'The workspace runs, but the health check of the agent program fails; early in a start that may pass by itself.',
    next: ['wait', 'pause'],
  },
  app_down: {
    text: 'The workspace runs, but the agent program (AgentAPI) does not answer: it crashed or hangs.',
    next: ['waitReady', 'pause'],
  },
  app_misconfigured: {
    text: 'The template does not tie the task to an app that Coder can talk to; only its author can mend that.',
    next: ['templates'],
  },
  no_permission: {
    text: 'You may see the task, but not what lies behind it: its owner can share the workspace, or use a token with wider scopes.',
    next: [],
  },
  workspace_deleted: { text: 'The workspace of the task was deleted, and its disk with it.', next: ['left'] },
  paused: { text: 'The task is paused: its workspace is stopped, its disk is kept.', next: ['sendPaused', 'resume'] },
  busy: { text: 'Something is under way and nothing looks wrong.', next: ['wait'] },
  waiting: { text: "The agent's turn is over: it waits for you.", next: ['logs', 'send'] },
  healthy: { text: 'Everything that was looked at works.', next: ['wait', 'logs'] },
  unclear: { text: 'Coder reports a state that this program does not know.', next: ['raw', 'wait'] },
} as const satisfies Record<Verdict, VerdictWords>;

/** The calls that a verdict about this task suggests; none confirms or repeats anything. */
export function nextFor(verdict: Verdict, task: string): NextCall[] {
  return verdictWords[verdict].next.map((step) => ({
    tool: steps[step].tool,
    arguments: argumentsOf(step, task),
    why: steps[step].why,
  }));
}

function argumentsOf(step: NextStep, task: string): NextCall['arguments'] {
  switch (step) {
    case 'wait':
      return { tasks: [task] };
    case 'waitReady':
      return { tasks: [task], until: 'ready' };
    case 'raw':
      return { task, detail: 'full' };
    case 'templates':
    case 'tasks':
    case 'left':
      return {};
    case 'resume':
    case 'pause':
    case 'send':
    case 'sendPaused':
    case 'logs':
      return { task };
  }
}
