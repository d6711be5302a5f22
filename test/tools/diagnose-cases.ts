/** What can be the matter with a task: how a deployment is brought there, and what a diagnosis must make of it. */

import { fault } from '../../src/embedded-coder/index.js';
import type { Verdict } from '../../src/tasks/diagnosing/verdicts.js';
import { type Scene, SUBJECT } from '../support/diagnosed.js';

export const MINUTE_MS = 60_000;

export interface Case {
  readonly title: string;
  readonly verdict: Verdict;
  readonly cause: RegExp;
  /** A part of the evidence. */
  readonly evidence?: object;
  readonly untrusted?: Readonly<Record<string, RegExp>>;
  /** The first call that is suggested. */
  readonly next: string | undefined;
  readonly arrange: (scene: Scene) => Promise<void>;
  /** The templates of the deployment, where the usual ones do not do. */
  readonly templates?: readonly string[];
}

/** A whole start, and the agent's first turn. */
export const START_MS = 30_000;

/** A task that has been left alone for a while. */
function created({ prompt = 'hello', template = 'tasks-demo', ms = START_MS } = {}): Case['arrange'] {
  return async ({ create, clock }) => {
    await create(prompt, template);
    await clock.advance(ms);
  };
}

export const cases: readonly Case[] = [
  {
    title: 'a build in the queue names its place',
    verdict: 'queue_busy',
    cause: /^its build has been queued for \d+ s, place 1 of 1$/,
    evidence: { build: { status: 'pending', queue_position: 1, provisioners: { matching: 3, alive: 3 } } },
    next: 'coder_wait_for_task',
    async arrange({ world, create, clock }) {
      world.provisioners.hold();
      await create();
      await clock.advance(30_000);
    },
  },
  {
    title: 'a build that no living provisioner may run says so',
    verdict: 'no_provisioner',
    cause: /^its build has been queued for 6 min: 3 provisioners match the tags of its template, but none is alive$/,
    evidence: { build: { status: 'pending', provisioners: { matching: 3, alive: 0 } } },
    untrusted: { provisioner_tags: /scope=organization/ },
    next: 'coder_list_task_templates',
    async arrange({ world, create, clock }) {
      world.provisioners.hold(true);
      await create();
      await clock.advance(6 * MINUTE_MS);
    },
  },
  {
    title: 'a failed build comes with the lines that tell why',
    verdict: 'build_failed',
    cause: /^the start build failed \d+ s ago in terraform apply$/,
    evidence: { build: { transition: 'start', status: 'failed' } },
    untrusted: {
      build_error: /^terraform apply: exit status 1$/,
      build_log: /Error: local-exec provisioner error[\s\S]*exit status 7\. Output: volume quota exceeded/,
    },
    next: 'coder_resume_task',
    arrange: created({ template: 'broken-build' }),
  },
  {
    title: 'a build refused for quota is no ordinary failure',
    verdict: 'quota',
    cause: /^the start build was refused \d+ s ago: not enough quota$/,
    evidence: { build: { status: 'failed', error_code: 'INSUFFICIENT_QUOTA' } },
    next: 'coder_list_tasks',
    arrange: created({ prompt: 'hello @start-quota' }),
  },
  {
    title: 'a build refused by the licence is for an administrator',
    verdict: 'licence',
    cause: /^the start build was refused \d+ s ago by the licence$/,
    next: undefined,
    async arrange({ world, create, clock }) {
      world.provisioners.failNext('start', { error: 'the license is not entitled to managed agents' });
      await create();
      await clock.advance(START_MS);
    },
  },
  {
    title: 'a start that was canceled while it ran ends as failed and is still called canceled',
    verdict: 'canceled',
    cause: /^the start build was canceled \d+ s ago$/,
    evidence: { build: { status: 'failed' } },
    next: 'coder_resume_task',
    async arrange({ world, create, clock }) {
      await create('hello @start-sleep=60');
      await clock.advance(5_000);
      const workspace = world.workspace(SUBJECT);
      const build = workspace.builds.at(-1);
      if (build) world.provisioners.cancel({ workspace, build });
      await clock.advance(START_MS);
    },
  },
  {
    title: 'a running start build is no trouble',
    verdict: 'busy',
    cause: /^its start build has been running for \d+ s$/,
    next: 'coder_wait_for_task',
    arrange: created({ prompt: 'hello @start-sleep=120' }),
  },
  {
    title: 'a startup script that failed comes with its last words',
    verdict: 'script_failed',
    cause: /^its startup script ended with an error \(exit code 1\) after/,
    evidence: { agent: { status: 'connected', lifecycle: 'start_error' } },
    untrusted: { startup_log: /simulated failure: package mirror unreachable/ },
    next: 'coder_pause_task',
    arrange: created({ prompt: 'hello @script-fail' }),
  },
  {
    title: 'a startup script that was given up is slow, not failed',
    verdict: 'script_slow',
    cause: /^its startup script was given up after 15 s$/,
    evidence: { agent: { lifecycle: 'start_timeout' } },
    next: 'coder_wait_for_task',
    arrange: created({ prompt: 'hello @script-sleep=19', ms: 2 * MINUTE_MS }),
  },
  {
    title: 'an agent that never called in',
    verdict: 'agent_never_connected',
    cause: /^its workspace agent has not connected for \d+ min$/,
    evidence: { agent: { status: 'timeout' } },
    next: 'coder_pause_task',
    arrange: created({ prompt: 'hello @no-connect', ms: 4 * MINUTE_MS }),
  },
  {
    title: 'an agent that lost its connection, and since when',
    verdict: 'agent_lost',
    cause: /^its workspace agent has been disconnected for 3 min$/,
    evidence: { agent: { status: 'disconnected', unhealthy_because: 'agent has lost connection' } },
    next: 'coder_pause_task',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(START_MS);
      world.loseAgent(SUBJECT);
      await clock.advance(3 * MINUTE_MS + 1_000);
    },
  },
  {
    title: 'a template without an agent can never start a task',
    verdict: 'no_agent_in_template',
    cause: /without a workspace agent$/,
    next: 'coder_list_task_templates',
    arrange: created({ template: 'no-agent' }),
  },
  {
    title: 'a template whose task names an app of nothing',
    verdict: 'app_misconfigured',
    cause: /names an app that no workspace agent has$/,
    evidence: { agent: { status: 'connected', lifecycle: 'ready' } },
    next: 'coder_list_task_templates',
    arrange: created({ template: 'bad-app' }),
  },
  {
    title: 'an app with an address that Coder does not talk to',
    verdict: 'app_misconfigured',
    cause: /^the address of the app is not http/,
    evidence: { conversation: { error: 'app_misconfigured' } },
    next: 'coder_list_task_templates',
    arrange: created({ template: 'https-app' }),
  },
  {
    title: 'an app without an address',
    verdict: 'app_misconfigured',
    cause: /^the app of the task has no address$/,
    next: 'coder_list_task_templates',
    arrange: created({ template: 'no-url-app' }),
  },
  {
    title: 'an app whose health check fails, and for how long',
    verdict: 'app_unhealthy',
    cause: /^the health check of its app fails; its workspace agent has been ready for 3 min$/,
    evidence: { app: { health: 'unhealthy' } },
    next: 'coder_wait_for_task',
    arrange: created({ template: 'unhealthy-app', ms: 4 * MINUTE_MS }),
  },
  {
    title: 'an agent program that refuses connections before the health check notices',
    verdict: 'app_down',
    cause: /^the agent program refused the connection or closed it$/,
    evidence: { conversation: { error: 'app_not_answering' }, app: { health: 'healthy' } },
    next: 'coder_pause_task',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(START_MS);
      world.crashProgram(SUBJECT);
    },
  },
  {
    title: 'an agent program that hangs',
    verdict: 'app_down',
    cause: /^the agent program gave no answer in time$/,
    evidence: { conversation: { error: 'timeout' } },
    next: 'coder_pause_task',
    async arrange({ server, create, clock }) {
      await create();
      await clock.advance(START_MS);
      server.deployment.faults.always('getTaskLogs', fault.hang());
    },
  },
  {
    title: 'a task of somebody whose workspace is closed to us',
    verdict: 'no_permission',
    cause: /^its conversation is closed to this token$/,
    evidence: { conversation: { error: 'not_found' } },
    next: undefined,
    async arrange({ server, create, clock }) {
      await create();
      await clock.advance(START_MS);
      server.deployment.faults.always('getTaskLogs', fault.notFound());
    },
  },
  {
    title: 'a paused task says that somebody paused it',
    verdict: 'paused',
    cause: /^somebody paused it; it has been paused for \d+ s$/,
    evidence: { build: { transition: 'stop', status: 'succeeded', reason: 'task_manual_pause' } },
    next: 'coder_send_task_input',
    async arrange({ server, create, clock, during }) {
      await create();
      await clock.advance(START_MS);
      await during(server.coder.pauseTask({ user: 'me', task: SUBJECT }));
      await clock.advance(START_MS);
    },
  },
  {
    title: 'a working agent is busy',
    verdict: 'busy',
    cause: /^the agent is at work; its last sign was \d+ s ago$/,
    evidence: { report: { state: 'working' } },
    next: 'coder_wait_for_task',
    arrange: created({ prompt: 'hello slow=600' }),
  },
  {
    title: 'an idle agent waits for you',
    verdict: 'waiting',
    cause: /^the agent has been idle for \d+ s; its last message tells a question from a result$/,
    evidence: { report: { state: 'idle' } },
    next: 'coder_get_task_logs',
    arrange: created(),
  },
  {
    title: 'a task whose workspace was renamed works on, and the evidence says so',
    verdict: 'waiting',
    cause: /^the agent has been idle for/,
    evidence: { workspace_renamed_to: 'other-name' },
    next: 'coder_get_task_logs',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(START_MS);
      world.renameWorkspace(SUBJECT, 'other-name');
    },
  },
  {
    title: 'a workspace that was deleted under its task',
    verdict: 'workspace_deleted',
    cause: /^its workspace was deleted under it$/,
    next: 'coder_list_tasks',
    async arrange({ server, create, clock }) {
      await create();
      await clock.advance(START_MS);
      server.deployment.faults.always(
        'getWorkspace',
        fault.json(410, {
          message: 'Workspace "ID" was deleted, you can view this workspace by asking for deleted ones.',
        }),
      );
    },
  },
  {
    title: 'a report that sticks on working beside a screen that rests',
    verdict: 'report_stale',
    cause: /^its report has said "working" for \d+ min, but its conversation has not moved for \d+ min$/,
    untrusted: { last_message: /./ },
    next: 'coder_send_task_input',
    templates: ['stuck-reports'],
    arrange: created({ prompt: 'Look around and ask, slow=2', template: 'stuck-reports', ms: 20 * MINUTE_MS }),
  },
  {
    title: 'a prompt that never reached the agent',
    verdict: 'prompt_missing',
    cause: /^its initial prompt does not stand in the conversation/,
    next: 'coder_send_task_input',
    templates: ['prompt-lost'],
    arrange: created({ prompt: 'Fix the flaky test', template: 'prompt-lost', ms: 2 * MINUTE_MS }),
  },
  {
    title: 'a delete build that failed, though the task is gone',
    verdict: 'delete_failed',
    cause: new RegExp(`^the delete build of alice/${SUBJECT} failed \\d+ s ago$`),
    evidence: { build: { transition: 'delete', status: 'failed' } },
    next: 'coder_list_tasks',
    async arrange({ server, create, clock, during }) {
      await create('hello @delete-fail');
      await clock.advance(START_MS);
      // It must have been seen here: a task that nobody here knew is only not found.
      await during(server.call('coder_get_task', { task: SUBJECT }));
      await during(server.call('coder_delete_task', { task: SUBJECT, confirm: SUBJECT, wait_seconds: 0 }));
      await clock.advance(START_MS);
    },
  },
];
