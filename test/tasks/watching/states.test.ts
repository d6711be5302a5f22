/** Every state of a task's life, brought about in an embedded deployment: its phase, and when it is settled. */

import { expect, test } from 'vitest';
import { startWatching, type Watching } from '../../support/watching.js';

interface Row {
  readonly state: string;
  readonly prompt?: string;
  readonly template?: string;
  readonly profile?: '2.29' | '2.35';
  readonly user?: string;
  readonly pace?: { readonly prompt?: number; readonly startScripts?: number; readonly scriptTimeout?: number };
  /** What happens, and by how many seconds of the story later; the first row of the story is at 0. */
  readonly script?: readonly (readonly [afterSeconds: number, step: (t: Watching) => unknown])[];
  readonly seconds: number;
  readonly story: readonly string[];
}

const own = { user: 'me', task: 'one' };

const START = ['0 queued', '0 starting'];

const rows: readonly Row[] = [
  {
    state: 'idle at the end of a turn is quiet 3 s after the screen has come to rest',
    seconds: 40,
    story: [...START, '7 working', '14 waiting', '15 waiting!'],
  },
  {
    state: 'complete, which idle replaces after 2 s',
    prompt: 'slow=4 complete',
    seconds: 40,
    story: [...START, '7 working', '12 done', '14 waiting!'],
  },
  {
    state: 'failed, which idle replaces after 2 s',
    prompt: 'slow=4 fail',
    seconds: 40,
    story: [...START, '7 working', '12 failed', '14 waiting!'],
  },
  {
    state: 'the end of a turn on a server that shows no complete',
    profile: '2.29',
    prompt: 'slow=4 complete',
    seconds: 40,
    story: ['0 queued', '0 starting', '7 working', '14 waiting', '15 waiting!'],
  },
  {
    state: 'idle flashes up before the prompt is typed',
    pace: { prompt: 12_000 },
    script: [[8, (t) => t.deployment.world.report('one', 'idle')]],
    seconds: 60,
    story: [...START, '7 working', '8 waiting', '18 working', '24 waiting', '25 waiting!'],
  },
  {
    state: 'idle flashes up after startup scripts that outlast the build by minutes',
    pace: { startScripts: 120_000, scriptTimeout: 300_000, prompt: 12_000 },
    script: [[128, (t) => t.deployment.world.report('one', 'idle')]],
    seconds: 180,
    story: [...START, '124 unhealthy', '126 working', '128 waiting', '137 working', '143 waiting', '144 waiting!'],
  },
  {
    state: 'idle stands, and the prompt never comes',
    pace: { prompt: 1_000_000 },
    script: [[8, (t) => t.deployment.world.report('one', 'idle')]],
    seconds: 60,
    story: [...START, '7 working', '8 waiting', '35 waiting!'],
  },
  {
    state: 'an agent that never reports',
    prompt: 'slow=20 @no-mcp',
    seconds: 60,
    story: [...START, '7 active', '38 waiting!'],
  },
  {
    state: 'queued for ever',
    script: [[0, (t) => t.deployment.world.provisioners.hold(true)]],
    seconds: 400,
    story: ['0 queued', '300 queued!'],
  },
  {
    state: 'a start that makes no agent',
    template: 'no-agent',
    seconds: 60,
    story: [...START, '4 starting!'],
  },
  {
    state: 'a start that fails',
    prompt: 'hello @start-fail',
    seconds: 30,
    story: [...START, '4 broken!'],
  },
  {
    state: 'an error that heals within five minutes',
    script: [
      [20, (t) => t.deployment.world.setAppHealth('one', 'unhealthy')],
      [280, (t) => t.deployment.world.setAppHealth('one', 'healthy')],
    ],
    seconds: 400,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 unhealthy', '80 unhealthy!', '280 waiting!'],
  },
  {
    state: 'an error that does not heal',
    script: [[20, (t) => t.deployment.world.setAppHealth('one', 'unhealthy')]],
    seconds: 400,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 unhealthy', '80 unhealthy!'],
  },
  {
    state: 'an error after a startup script that failed',
    prompt: 'hello @script-fail',
    seconds: 120,
    story: [...START, '12 unhealthy', '65 unhealthy!'],
  },
  {
    state: 'an agent that is lost and returns',
    script: [
      [20, (t) => t.deployment.world.loseAgent('one')],
      [50, (t) => t.deployment.world.returnAgent('one')],
    ],
    seconds: 120,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 unreachable', '50 waiting!'],
  },
  {
    state: 'an agent that is lost',
    script: [[20, (t) => t.deployment.world.loseAgent('one')]],
    seconds: 120,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 unreachable', '80 unreachable!'],
  },
  {
    state: 'unknown that turns into paused',
    script: [[20, (t) => t.coder.pauseTask(own)]],
    seconds: 40,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 pausing', '22 paused!'],
  },
  {
    state: 'paused and resumed: the prompt is done again',
    script: [
      [20, (t) => t.coder.pauseTask(own)],
      [30, (t) => t.coder.resumeTask(own)],
    ],
    seconds: 80,
    story: [
      ...[...START, '7 working', '14 waiting', '15 waiting!', '20 pausing', '22 paused!'],
      ...['30 starting', '37 working', '44 waiting', '45 waiting!'],
    ],
  },
  {
    state: 'the old idle that still stands after an accepted message',
    script: [[20, (t) => sendRemembered(t, 'slow=2 quiet')]],
    seconds: 60,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '21 working', '25 waiting', '26 waiting!'],
  },
  {
    state: 'idle that stands while the agent works, until a message is refused',
    prompt: 'slow=20',
    script: [
      [12, (t) => t.deployment.world.report('one', 'idle')],
      [14, (t) => refused(t)],
    ],
    seconds: 80,
    story: [...START, '7 working', '12 waiting', '14 working', '30 waiting', '31 waiting!'],
  },
  {
    state: 'deleted',
    script: [[20, (t) => t.coder.deleteTask(own)]],
    seconds: 40,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 gone!'],
  },
  {
    state: 'the workspace deleted under its task',
    script: [[20, (t) => deleteWorkspace(t)]],
    seconds: 40,
    story: [...START, '7 working', '14 waiting', '15 waiting!', '20 deleting', '23 gone!'],
  },
];

/** Sends as the send tool does: what was sent is remembered, with the time at which its request began. */
async function sendRemembered({ coder, memory }: Watching, input: string): Promise<void> {
  const { id } = memory.seen({ owner: 'alice', name: 'one' }) ?? { id: '' };
  const at = coder.now();
  await coder.sendTaskInput(own, input);
  memory.noteSent(id, { input, at, lastIdBefore: memory.logs(id)?.lastId });
}

async function refused({ coder, memory }: Watching): Promise<void> {
  await expect(coder.sendTaskInput(own, 'and now?')).rejects.toMatchObject({ code: 'agent_busy' });
  memory.noteBusy(memory.seen({ owner: 'alice', name: 'one' })?.id ?? '');
}

async function deleteWorkspace({ coder, memory }: Watching): Promise<void> {
  const workspaceId = memory.seen({ owner: 'alice', name: 'one' })?.task.workspace_id ?? '';
  await coder.createWorkspaceBuild(workspaceId, { transition: 'delete' });
}

test.each(rows.map((row) => [row.state, row] as const))('%s', async (_, row) => {
  await using t = await startWatching({ ...row });
  const followed = t.follow(await t.create('one', row.prompt, row.template));
  let at = 0;
  for (const [seconds, step] of row.script ?? []) {
    await t.clock.advance((seconds - at) * 1_000);
    at = seconds;
    const done = step(t);
    if (done instanceof Promise) await t.clock.runUntil(done);
  }
  await t.clock.advance((row.seconds - at) * 1_000);
  expect(followed.story).toEqual(row.story);
});
