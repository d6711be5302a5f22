/** The troubles that a test can order, as a caller sees them. */

import { expect, test } from 'vitest';
import { startDeployment } from '../deployment.js';

const TASK = '/api/v2/tasks/me/it';

test('without a provisioner a build stays queued, and says how many could take it', async () => {
  await using d = await startDeployment();
  d.coder.world.provisioners.hold(true);
  await d.create('it', 'hello');
  await d.create('second', 'hello');
  await d.clock.advance(600_000);
  expect((await d.get(TASK)).json).toMatchObject({ status: 'pending', workspace_status: 'pending' });
  expect((await d.get(`/api/v2/workspaces/${d.coder.world.workspace('second').id}`)).json).toMatchObject({
    latest_build: { job: { queue_position: 2, queue_size: 2 }, matched_provisioners: { count: 3, available: 0 } },
  });
  d.coder.world.provisioners.release();
  await d.clock.advance(10_000);
  expect((await d.get(TASK)).json).toMatchObject({ status: 'active' });
});

test('a build is taken from the queue even where a timer fires a moment before its time by the clock', async () => {
  await using d = await startDeployment();
  await d.create('it', 'hello');
  const [build] = d.coder.world.workspace('it').builds;
  if (build) Object.assign(build, { createdAt: build.createdAt + 1 });
  await d.clock.advance(10_000);
  expect((await d.get(TASK)).json).toMatchObject({ status: 'active' });
});

test('a build fails with the error, the code and the log lines ordered for it', async () => {
  await using d = await startDeployment();
  const failure = { error: 'insufficient quota', errorCode: 'INSUFFICIENT_QUOTA', output: ['quota: 3 of 2 credits'] };
  d.coder.world.provisioners.failNext('start', failure);
  await d.create('it', 'hello');
  await d.clock.advance(5_000);
  expect((await d.get(TASK)).json).toMatchObject({ status: 'error', workspace_status: 'failed' });
  const { id, builds } = d.coder.world.workspace('it');
  expect((await d.get(`/api/v2/workspaces/${id}`)).json).toMatchObject({
    latest_build: { job: { status: 'failed', error: 'insufficient quota', error_code: 'INSUFFICIENT_QUOTA' } },
  });
  expect((await d.get(`/api/v2/workspacebuilds/${builds[0]?.id}/logs`)).json).toContainEqual(
    expect.objectContaining({ log_level: 'error', output: 'quota: 3 of 2 credits' }),
  );
});

test('an agent that never connects is missed after two minutes', async () => {
  await using d = await startDeployment();
  await d.create('it', 'hello @no-connect');
  await d.clock.advance(10_000);
  expect((await d.get(TASK)).json).toMatchObject({
    status: 'initializing',
    current_state: { message: 'Agent is connecting' },
    workspace_agent_health: { healthy: false, reason: 'agent has not yet connected' },
  });
  await d.clock.advance(120_000);
  expect((await d.get(TASK)).json).toMatchObject({
    workspace_agent_health: { healthy: false, reason: 'agent is taking too long to connect' },
  });
});

test('a lost agent keeps the task active, makes send wait 30 s, and may come back', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'it' });
  d.coder.world.loseAgent('it');
  expect((await d.get(TASK)).json).toMatchObject({
    status: 'active',
    workspace_agent_health: { healthy: false, reason: 'agent has lost connection' },
  });
  const before = d.clock.now();
  expect(await d.ask('POST', `${TASK}/send`, { input: 'hello' })).toMatchObject({
    status: 502,
    json: { message: 'Failed to reach task app endpoint.', detail: 'agent is unreachable' },
  });
  expect(d.clock.now() - before).toBe(30_000);
  d.coder.world.returnAgent('it');
  expect((await d.ask('POST', `${TASK}/send`, { input: 'hello' })).status).toBe(204);
});

test('a crashed program refuses at once, and turns the task to error when its checks have failed', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'it' });
  d.coder.world.crashProgram('it');
  expect((await d.get(`${TASK}/logs`)).json).toMatchObject({ message: 'Failed to get messages from task app.' });
  expect((await d.get(TASK)).json).toMatchObject({ status: 'active' });
  await d.clock.advance(10_000);
  expect((await d.get(TASK)).json).toMatchObject({ status: 'error', workspace_status: 'running' });
});

test('AgentAPI can refuse or swallow a message though it calls itself stable', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'it' });
  d.coder.world.agentApi('it').mode = 'refusing';
  const refused = await d.ask('POST', `${TASK}/send`, { input: 'hello' });
  expect(refused).toMatchObject({ status: 502, json: { message: 'Task app rejected the message.' } });
  expect(refused.text).toContain('failed to wait for screen to stabilize');
  d.coder.world.agentApi('it').mode = 'hanging';
  const swallowed = d.ask('POST', `${TASK}/send`, { input: 'hello' });
  swallowed.catch(() => {});
  await d.clock.advance(600_000);
  expect([d.coder.inFlight, d.coder.busy]).toEqual([1, 0]);
});

test('without a licence neither create nor resume may build', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'it', as: 'paused' });
  d.coder.world.licensed = false;
  expect(await d.ask('POST', `${TASK}/resume`)).toMatchObject({ status: 403 });
  expect((await d.create('another', 'hello')).text).toContain('Build is not permitted');
});

test('a workspace that cannot be read leaves its task in the list with zero values', async () => {
  await using d = await startDeployment();
  const task = d.coder.world.addTask({ name: 'it' });
  d.coder.world.hiddenWorkspaces.add(task.workspaceId);
  expect((await d.get('/api/v2/tasks')).json).toMatchObject({
    tasks: [{ name: 'it', status: 'active', template_id: '00000000-0000-0000-0000-000000000000', template_name: '' }],
  });
});

test('a shared task can be read and talked to, but not deleted', async () => {
  await using d = await startDeployment();
  const { id } = d.coder.world.addTask({ name: 'it', owner: 'alice' });
  expect((await d.get(`/api/v2/tasks/me/${id}`, 'bob')).status).toBe(404);
  d.coder.world.share('it', 'bob');
  expect((await d.get(`/api/v2/tasks/me/${id}`, 'bob')).status).toBe(200);
  expect((await d.get(`/api/v2/tasks/me/${id}/logs`, 'bob')).status).toBe(200);
  expect((await d.ask('DELETE', `/api/v2/tasks/me/${id}`, undefined, 'bob')).status).toBe(403);
});

test('tasks can be put there in each state', async () => {
  await using d = await startDeployment();
  for (const as of ['idle', 'working', 'paused', 'broken', 'queued'] as const) d.coder.world.addTask({ name: as, as });
  const status = async (name: string) => (await d.get(`/api/v2/tasks/me/${name}`)).json;
  expect(await status('idle')).toMatchObject({ status: 'active', current_state: { state: 'idle' } });
  expect(await status('working')).toMatchObject({ status: 'active', current_state: { state: 'working' } });
  expect(await status('paused')).toMatchObject({ status: 'paused', workspace_build_number: 2 });
  expect(await status('broken')).toMatchObject({ status: 'error', workspace_status: 'failed' });
  expect(await status('queued')).toMatchObject({ status: 'pending' });
});

test('a deployment can begin with fewer templates', async () => {
  await using d = await startDeployment({ templates: ['tasks-demo', 'plain-workspace'] });
  expect((await d.get('/api/v2/templates?q=has-ai-task:true')).json).toMatchObject([{ name: 'tasks-demo' }]);
});

test('the same seed gives the same ids, tokens and names', async () => {
  await using one = await startDeployment({ seed: 7 });
  await using two = await startDeployment({ seed: 7 });
  await using other = await startDeployment({ seed: 8 });
  expect(two.coder.tokens).toEqual(one.coder.tokens);
  expect(other.coder.tokens.alice).not.toBe(one.coder.tokens.alice);
  expect(one.coder.tokens.alice).toMatch(/^[A-Za-z0-9]{10}-[A-Za-z0-9]{22}$/);
});
