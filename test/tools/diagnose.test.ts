/** coder_diagnose over the embedded deployment: for each cause a task in that state, and what comes out. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fault } from '../../src/embedded-coder/index.js';
import { type Verdict, verdicts } from '../../src/tasks/verdicts.js';
import { type Scene, SUBJECT, startScene } from '../support/diagnosed.js';
import { textOf } from '../support/test-server.js';

const MINUTE_MS = 60_000;

const answerShape = z.looseObject({
  task: z.string(),
  phase: z.string(),
  verdict: z.enum(verdicts),
  meaning: z.string(),
  cause: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  next: z.array(z.looseObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  notes: z.array(z.string()).optional(),
  untrusted: z.record(z.string(), z.string()).optional(),
});

async function diagnosed({ server }: Scene) {
  const result = await server.call('coder_diagnose', { task: SUBJECT });
  expect(result.isError, textOf(result)).toBeFalsy();
  return { ...answerShape.parse(result.structuredContent), text: textOf(result) };
}

interface Case {
  readonly title: string;
  readonly verdict: Verdict;
  readonly cause: RegExp;
  /** A part of the evidence. */
  readonly evidence?: object;
  readonly untrusted?: Readonly<Record<string, RegExp>>;
  /** The first call that is suggested. */
  readonly next: string | undefined;
  readonly arrange: (scene: Scene) => Promise<void>;
}

const whole = 30_000;

const cases: readonly Case[] = [
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
    cause: /^its build has been queued for 6 min: 3 provisioners match its template, but none is alive$/,
    evidence: { build: { status: 'pending', provisioners: { matching: 3, alive: 0 } } },
    next: 'coder_wait_for_task',
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
    async arrange({ create, clock }) {
      await create('hello', 'broken-build');
      await clock.advance(whole);
    },
  },
  {
    title: 'a build refused for quota is no ordinary failure',
    verdict: 'quota',
    cause: /^the start build was refused \d+ s ago: not enough quota$/,
    evidence: { build: { status: 'failed', error_code: 'INSUFFICIENT_QUOTA' } },
    next: 'coder_list_tasks',
    async arrange({ create, clock }) {
      await create('hello @start-quota');
      await clock.advance(whole);
    },
  },
  {
    title: 'a build refused by the licence is for an administrator',
    verdict: 'licence',
    cause: /^the start build was refused \d+ s ago by the licence$/,
    next: undefined,
    async arrange({ world, create, clock }) {
      world.provisioners.failNext('start', { error: 'the license is not entitled to managed agents' });
      await create();
      await clock.advance(whole);
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
      await clock.advance(whole);
    },
  },
  {
    title: 'a running start build is no trouble',
    verdict: 'busy',
    cause: /^its start build has been running for \d+ s$/,
    next: 'coder_wait_for_task',
    async arrange({ create, clock }) {
      await create('hello @start-sleep=120');
      await clock.advance(whole);
    },
  },
  {
    title: 'a startup script that failed comes with its last words',
    verdict: 'script_failed',
    cause: /^its startup script ended with an error \(exit code 1\) after/,
    evidence: { agent: { status: 'connected', lifecycle: 'start_error' } },
    untrusted: { startup_log: /simulated failure: package mirror unreachable/ },
    next: 'coder_pause_task',
    async arrange({ create, clock }) {
      await create('hello @script-fail');
      await clock.advance(whole);
    },
  },
  {
    title: 'a startup script that was given up is slow, not failed',
    verdict: 'script_slow',
    cause: /^its startup script was given up after 15 s$/,
    evidence: { agent: { lifecycle: 'start_timeout' } },
    next: 'coder_wait_for_task',
    async arrange({ create, clock }) {
      await create('hello @script-sleep=19');
      await clock.advance(2 * MINUTE_MS);
    },
  },
  {
    title: 'an agent that never called in',
    verdict: 'agent_never_connected',
    cause: /^its agent has not connected for \d+ min$/,
    evidence: { agent: { status: 'timeout' } },
    next: 'coder_wait_for_task',
    async arrange({ create, clock }) {
      await create('hello @no-connect');
      await clock.advance(4 * MINUTE_MS);
    },
  },
  {
    title: 'an agent that lost its connection, and since when',
    verdict: 'agent_lost',
    cause: /^its agent has been disconnected for 3 min$/,
    evidence: { agent: { status: 'disconnected', unhealthy_because: 'agent has lost connection' } },
    next: 'coder_wait_for_task',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(whole);
      world.loseAgent(SUBJECT);
      await clock.advance(3 * MINUTE_MS + 1_000);
    },
  },
  {
    title: 'a template without an agent can never start a task',
    verdict: 'no_agent_in_template',
    cause: /without an agent$/,
    next: 'coder_list_task_templates',
    async arrange({ create, clock }) {
      await create('hello', 'no-agent');
      await clock.advance(whole);
    },
  },
  {
    title: 'a template whose task names an app of nothing',
    verdict: 'app_misconfigured',
    cause: /names an app that no agent of the workspace has$/,
    evidence: { agent: { status: 'connected', lifecycle: 'ready' } },
    next: 'coder_list_task_templates',
    async arrange({ create, clock }) {
      await create('hello', 'bad-app');
      await clock.advance(whole);
    },
  },
  {
    title: 'an app with an address that Coder does not talk to',
    verdict: 'app_misconfigured',
    cause: /^the address of the app is not http/,
    evidence: { conversation: { error: 'app_misconfigured' } },
    next: 'coder_list_task_templates',
    async arrange({ create, clock }) {
      await create('hello', 'https-app');
      await clock.advance(whole);
    },
  },
  {
    title: 'an app without an address',
    verdict: 'app_misconfigured',
    cause: /^the app of the task has no address$/,
    next: 'coder_list_task_templates',
    async arrange({ create, clock }) {
      await create('hello', 'no-url-app');
      await clock.advance(whole);
    },
  },
  {
    title: 'an app whose health check fails, and for how long',
    verdict: 'app_unhealthy',
    cause: /^the health check of its app fails; its agent has been ready for 3 min$/,
    evidence: { app: { health: 'unhealthy' } },
    next: 'coder_wait_for_task',
    async arrange({ create, clock }) {
      await create('hello', 'unhealthy-app');
      await clock.advance(4 * MINUTE_MS);
    },
  },
  {
    title: 'an agent program that refuses connections before the health check notices',
    verdict: 'app_down',
    cause: /^the agent program refused the connection or closed it$/,
    evidence: { conversation: { error: 'app_not_answering' }, app: { health: 'healthy' } },
    next: 'coder_wait_for_task',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(whole);
      world.crashProgram(SUBJECT);
    },
  },
  {
    title: 'an agent program that hangs',
    verdict: 'app_down',
    cause: /^the agent program gave no answer in time$/,
    evidence: { conversation: { error: 'timeout' } },
    next: 'coder_wait_for_task',
    async arrange({ server, create, clock }) {
      await create();
      await clock.advance(whole);
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
      await clock.advance(whole);
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
      await clock.advance(whole);
      await during(server.coder.pauseTask({ user: 'me', task: SUBJECT }));
      await clock.advance(whole);
    },
  },
  {
    title: 'a working agent is busy',
    verdict: 'busy',
    cause: /^the agent is at work; its last sign was \d+ s ago$/,
    evidence: { report: { state: 'working' } },
    next: 'coder_wait_for_task',
    async arrange({ create, clock }) {
      await create('hello slow=600');
      await clock.advance(whole);
    },
  },
  {
    title: 'an idle agent waits for you',
    verdict: 'waiting',
    cause: /^the agent has been idle for \d+ s; its last message tells a question from a result$/,
    evidence: { report: { state: 'idle' } },
    next: 'coder_get_task_logs',
    async arrange({ create, clock }) {
      await create();
      await clock.advance(whole);
    },
  },
  {
    title: 'a task whose workspace was renamed works on, and the evidence says so',
    verdict: 'waiting',
    cause: /^the agent has been idle for/,
    evidence: { workspace_renamed_to: 'other-name' },
    next: 'coder_get_task_logs',
    async arrange({ world, create, clock }) {
      await create();
      await clock.advance(whole);
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
      await clock.advance(whole);
      server.deployment.faults.always(
        'getWorkspace',
        fault.json(410, {
          message: 'Workspace "ID" was deleted, you can view this workspace by asking for deleted ones.',
        }),
      );
    },
  },
];

describe('coder_diagnose without a task', () => {
  test('says in one line whether tasks work here, then what each check saw', async () => {
    await using scene = await startScene();
    const { url } = scene.server.deployment;
    const lines = (await scene.server.text('coder_diagnose')).split('\n');
    expect(lines[0]).toBe(`ok: tasks available on ${url}, Coder v2.35.0-devel+a12b05183, as alice`);
    expect(lines.slice(1, 9).every((line) => /^ok [a-z ]+: /.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('next: coder_list_tasks() your tasks');
  });

  test('answers where nothing else does: the trouble is the answer, not an error', async () => {
    await using scene = await startScene();
    scene.server.deployment.faults.always('anything', fault.proxyPage(502));
    const result = await scene.server.call('coder_diagnose');
    expect(result.isError).toBeFalsy();
    expect(result.structuredContent).toMatchObject({ deployment: { result: 'fail' }, next: [] });
    expect(textOf(result)).toMatch(/^fail address: .* answers in its place \(status 502\); mend: /m);
  });
});

test('both forms of a diagnosis carry the same facts', async () => {
  await using scene = await startScene();
  await scene.create('hello', 'broken-build');
  await scene.clock.advance(5 * MINUTE_MS);
  const { text, cause, meaning, verdict, phase, untrusted } = await diagnosed(scene);
  for (const fact of [cause, meaning, verdict, phase]) expect(text).toContain(fact);
  for (const line of (untrusted?.build_log ?? '').split('\n')) expect(text).toContain(`| ${line}`);
  expect(text).toMatch(/^build: start 1 failed, reason initiator, made \d min ago/m);
});

test('a diagnosis costs few tokens, logs aside', async () => {
  await using scene = await startScene();
  await scene.create();
  await scene.clock.advance(whole);
  const { text } = await diagnosed(scene);
  expect(encode(text).length).toBeLessThan(250);
});

describe('coder_diagnose with a task', () => {
  for (const { title, verdict, cause, evidence, untrusted, next, arrange } of cases) {
    test(title, async () => {
      await using scene = await startScene();
      await arrange(scene);
      const answer = await diagnosed(scene);
      expect(answer).toMatchObject({ task: `alice/${SUBJECT}`, verdict, ...(evidence && { evidence }) });
      expect(answer.cause).toMatch(cause);
      expect(answer.next[0]?.tool).toBe(next);
      expect(answer.text).toContain(`${verdict}: alice/${SUBJECT}`);
      expect(answer.text).toContain(`cause: ${answer.cause}`);
      for (const [key, words] of Object.entries(untrusted ?? {})) {
        expect(answer.untrusted?.[key]).toMatch(words);
        expect(answer.text).toMatch(words.source.startsWith('^') ? new RegExp(words.source.slice(1), 'm') : /\| /);
      }
    });
  }
});
