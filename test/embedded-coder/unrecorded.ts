/** What the recorder did between the exchanges it wrote down, read off the recordings themselves. */

import type { Step } from './replay.js';
import {
  before,
  beginSend,
  busyFor,
  create,
  createPlainWorkspace,
  deleteWorkspaceOnly,
  flood,
  knowBuild,
  on,
  pace,
  pause,
  prepare,
  provisioners,
  remove,
  renameWorkspace,
  resume,
  send,
  starts,
  templateIn,
  token,
  touchTemplate,
  versionOf,
} from './steps.js';

/** The steps of each recording; a recording that is not named here is whole. */
export const unrecorded: Readonly<Record<string, readonly Step[]>> = {
  routes: [before('wrong method: GET on send', 0.04, create('routes-task', { input: 'hello' }))],

  list: [
    before('no q: all owners', 12.03, create('first-task', { input: 'slow=1 hello' })),
    before('no q: all owners', 11.96, create('second-task', { input: 'hello' })),
    before('no q: all owners', 11.87, create('alice-task', { input: 'hello', as: 'alice' })),
    before('no q: all owners', 3.4, pause('second-task')),
    before('right after a delete', 0.02, remove('alice-task', 'alice')),
    before('after all deletes', 0.1, remove('first-task')),
    before('after all deletes', 0.05, remove('second-task')),
  ],

  get: [
    before('by id', 15.1, create('Get-Task', { input: 'hello', displayName: 'Get this task', as: 'alice' })),
    on('v2.35-dev', before('bob: resume of another (paused)', 1.5, pause('Get-Task', 'alice'))),
    on('v2.35-dev', before('shared use: logs (active)', 15, resume('Get-Task', 'alice'))),
  ],

  // The machine was busy: builds of the recording before were still under way.
  create: [
    on('v2.35-dev', before('name and display name', 0, provisioners(2))),
    on('v2.29.10', before('name and display name', 0, pace({ queue: 1_620 }))),
  ],

  templates: [on('v2.29.10', before('task-capable templates', 60, touchTemplate('no-agent')))],

  'create-errors': [
    prepare('archive a version', versionOf('no-agent')),
    prepare('row 15: version still importing', versionOf('no-agent', { import: 'running' })),
    prepare('version whose import failed', versionOf('no-agent', { import: 'failed' })),
    prepare('row 16: version with a broken expression', versionOf('no-agent', { import: 'failed' })),
    prepare('row 9: template deleted', templateIn('row 9: template deleted', { deleted: true })),
    prepare('version of no template', versionOf(undefined)),
    prepare(
      'row 2: template not readable by the member',
      templateIn('row 11: auditor may read but not use', { hidden: true }),
    ),
    before('row 13: name taken', 0.1, create('taken-name', { template: 'no-agent', input: 'x' })),
    before('row 13: name of a plain workspace', 0.03, createPlainWorkspace('plain-ws')),
  ],

  send: [
    on('v2.35-dev', before('while pending', 0.4, starts({ queue: 4, screen: 9.9 }))),
    on('v2.29.10', before('while pending', 0.4, starts({ queue: 5, screen: 14.1 }))),
    before('while pending', 0.4, create('send-task', { input: 'hello @script-sleep=3' })),
    before('while pausing', 0.03, pace({ queue: 100 })),
    before('while pausing', 0.03, pause('send-task')),
    before('deleted', 0.02, remove('send-task')),
  ],

  'send-errors': [
    before('build failed: task', 1.51, starts({ queue: 0.05, screen: 4.3 })),
    before('build failed: task', 1.51, create('broken', { template: 'broken-build', input: 'x' })),
    before('build failed: task', 1.44, create('unhealthy', { template: 'unhealthy-app', input: 'hello' })),
    before('build failed: task', 1.35, create('no-agent-task', { template: 'no-agent', input: 'x' })),
    before('build failed: task', 1.29, create('bad-app-task', { template: 'bad-app', input: 'hello' })),
    before('build failed: task', 1.17, create('https-task', { template: 'https-app', input: 'hello' })),
    before('build failed: task', 1.1, create('no-url-task', { template: 'no-url-app', input: 'hello' })),
    before('build failed: task', 1.01, create('crash-task', { input: 'hello' })),
    before('build failed: task', 0.96, create('agent-lost', { input: 'hello' })),
  ],

  logs: [
    on('v2.35-dev', before('pending, no snapshot', 0.1, starts({ queue: 4, screen: 13.4 }))),
    on('v2.29.10', before('pending, no snapshot', 0.1, starts({ queue: 4, screen: 18.6 }))),
    before('pending, no snapshot', 0.1, create('logs-task', { input: 'hello', shownIn: 'pending, no snapshot' })),
    before('active, idle', 0, starts({ queue: 0.05, screen: 6 })),
    before('active, working on a send (poll 0)', 1.12, send('logs-task', 'slow=3 question')),
    before('active, unicode', 7.02, send('logs-task', 'slow=1 unicode')),
    before('active, long answer', 6.65, send('logs-task', 'slow=1 long answer')),
    before('pausing (poll 0)', 0.04, pause('logs-task')),
    before('resuming: right after resume', 0.05, resume('logs-task')),
    before('deleted', 0.05, remove('logs-task')),
    before(
      'paused, no snapshot was taken',
      20,
      create('no-snapshot', { input: 'hello @no-snapshot', shownIn: 'paused, no snapshot was taken' }),
    ),
    before('paused, no snapshot was taken', 4, pause('no-snapshot')),
  ],

  'patch-input': [
    before('while starting', 0.15, create('patch-task', { input: 'first input' })),
    before('while pausing', 0.03, pause('patch-task')),
    before('logs after resume: the new input was used', 12.9, resume('patch-task')),
    before('deleted', 0.05, remove('patch-task')),
  ],

  delete: [
    before('while pending', 0.1, starts({ queue: 4, screen: 12.2 })),
    before(
      'while pending',
      0.1,
      create('delete-task', {
        input: 'hello',
        shownIn: 'while pending',
        workspaceShownIn: 'workspace while it is deleted',
      }),
    ),
    before('unknown task', 0, pace({ queue: 4_700, deleteBuild: 11_800 })),
    before('workspace after', 0, starts({ queue: 0.1, screen: 5 })),
    before('paused', 6, pause('delete-task')),
    before('in error (failed build)', 1.1, pace({ startBuild: 900, deleteBuild: 2_500 })),
    before('whose delete build will fail', 15.8, starts({ queue: 0.1, screen: 4.5 })),
    before(
      'in error (failed build)',
      1.1,
      create('broken', { template: 'broken-build', input: 'x', shownIn: 'in error (failed build)' }),
    ),
    before(
      'whose delete build will fail',
      15.8,
      create('delete-fails', {
        input: 'hello @delete-fail-once',
        shownIn: 'whose delete build will fail',
        workspaceShownIn: 'workspace after the failed delete build',
      }),
    ),
    before(
      'delete the workspace instead of the task',
      16,
      create('ws-deleted', { input: 'hello', workspaceShownIn: 'delete the workspace instead of the task' }),
    ),
    before('by name', 5.4, create('By-Name', { input: 'x' })),
  ],

  'pause-resume': [
    before('while pending', 1.05, starts({ queue: 9, screen: 19.2 })),
    before('while pending', 1.05, create('pause-task', { input: 'hello @stop-sleep=3 @start-sleep=3' })),
    before('resume while active', 0, starts({ queue: 0.15, screen: 3.5 })),
    before('deleted', 0.02, remove('pause-task')),
    before('start failed', 2.04, create('start-fails-once', { input: 'hello @start-fail-once' })),
    before('pause after a failed start', 2.45, create('start-fails', { input: 'hello @start-fail' })),
    before('pause whose stop build will fail', 15.6, create('stop-fails-once', { input: 'hello @stop-fail-once' })),
    before('resume after a failed stop', 0, starts({ queue: 0.15, screen: 11.7 })),
    before('start script failed', 3.92, starts({ queue: 0.15, screen: 4 })),
    before('start script failed', 3.92, create('script-fails', { input: 'hello @script-fail' })),
  ],

  state: [
    before('send slow=2 complete', 15.6, create('state-task', { input: 'hello' })),
    before('paused: the last state stays', 3.5, pause('state-task')),
    before('active after resume: state', 5.5, resume('state-task')),
    before('active, nothing ever reported', 8.95, create('no-reports', { input: 'hello @no-mcp' })),
    before('start script runs', 4.2, create('slow-script', { input: 'hello @script-sleep=19' })),
  ],

  workspace: [
    before(
      'workspace of a task',
      21.1,
      create('workspace-task', { input: 'hello', workspaceShownIn: 'workspace of a task' }),
    ),
    before('workspace while pausing', 0.13, pause('workspace-task')),
  ],

  scopes: [
    on('v2.29.10', before('make token [task:read alone]', 1, touchTemplate('no-agent'))),
    before(
      'make token [read only: task:read workspace:read template:read user:read]',
      20,
      create('scoped-task', { input: 'hello', as: 'alice' }),
    ),
  ],

  forced: [
    prepare(
      'plain workspace create from a version that is still importing',
      versionOf('no-agent', { import: 'running' }),
    ),
    before('[read-only token] paused task: GET ', 19.7, create('ro-paused', { input: 'hello' })),
    before('[read-only token] paused task: GET ', 3.5, pause('ro-paused')),
    before(
      '[read-only token] paused task: GET ',
      0,
      token('admin:read-only', ['task:read', 'workspace:read', 'template:read', 'user:read']),
    ),
    before(
      '[read-only token] paused task: GET ',
      0,
      token('admin:no-user-read', ['task:read', 'workspace:read', 'template:read']),
    ),
    before('[renames allowed] the task after that', 1.8, remove('ro-paused')),
    before(
      '[renames allowed] the task after that',
      1.75,
      create('rename-me', {
        template: 'no-agent',
        input: 'hello',
        workspaceShownIn: '[renames allowed] rename the workspace of a task',
      }),
    ),
    before('[renames allowed] the task after that', 0, renameWorkspace('rename-me', 'renamed-ws')),
    before('[database] task row alive, workspace deleted: list', 1.4, deleteWorkspaceOnly('rename-me')),
  ],

  'dead-agent': [
    before('send: the agent program will die at once', 0, pace({ typing: 1_160 })),
    before('resume', 0, starts({ queue: 0.05, screen: 1.6 })),
  ],

  'report-history': [on('v2.35-dev', before('(e) resume', 0, starts({ queue: 0.05, screen: 4.7 })))],

  // The task of report-history.json was there on 2.35, and at work.
  'restricted-token': [
    on(
      'v2.35-dev',
      before(
        'create with an unrestricted token',
        1.33,
        create('history-6f8da', { input: 'Look around slow=2', as: 'alice' }),
      ),
    ),
    on('v2.35-dev', before('[unrestricted] list owner:me', 1.8, pace({ typing: 1_080 }))),
    on(
      'v2.35-dev',
      before('[unrestricted] list owner:me', 1.77, beginSend('history-6f8da', 'Run the tests @fail slow=2', 'alice')),
    ),
    on(
      'v2.35-dev',
      before(
        '[read only: task:read workspace:read template:read user:read] list owner:me',
        1.038,
        beginSend('history-6f8da', 'Choose a cache @ask slow=2', 'alice'),
      ),
    ),
    on(
      'v2.35-dev',
      before(
        '[least privilege and organization:read] list owner:me',
        3.94,
        beginSend('history-6f8da', 'Use memory @link slow=2', 'alice'),
      ),
    ),
  ],

  'auto-stop': [
    on(
      'v2.35-dev',
      before(
        'create (template default_ttl_ms 60000, activity_bump_ms 0)',
        0,
        pace({ startBuild: 5_450, autoStop: 65_800, stopBuild: 8_100 }),
      ),
    ),
    on('v2.35-dev', before('resume', 0, starts({ queue: 0.05, screen: 1.7 }))),
  ],

  'build-cancel': [
    before('create', 0, pace({ startBuild: 2_000 })),
    before(
      'template allows it: cancel by another member',
      0,
      knowBuild('template allows it: cancel by another member', 'cancel-c-6f96c'),
    ),
    before('create while every provisioner is busy', 0, busyFor(14)),
  ],

  'cli-agent': [
    before('resume', 0, pace({ queue: 250 })),
    before('send "2" to the list that ignores pasted text', 0, pace({ echo: 2_160 })),
  ],

  'rate-limit': [before('over the limit', 2, flood('frank', '/api/v2/tasks/me/rate-limit-probe', 511))],

  // The builds as long as watch-sse.json shows them: the same workspace on the same clock.
  lifecycle: [
    on('v2.35-dev', before('create', 0, pace({ queue: 5_600, startBuild: 2_150, startScripts: 60 }))),
    on('v2.35-dev', before('pause', 0, pace({ queue: 20, stopBuild: 3_650 }))),
    on('v2.35-dev', before('resume', 0, pace({ startBuild: 3_450, agentConnect: 400, startScripts: 1_200 }))),
    on('v2.35-dev', before('delete', 0, pace({ deleteBuild: 7_400 }))),
    on('v2.29.10', before('create', 0, pace({ queue: 6_750, startBuild: 2_010, startScripts: 60 }))),
    on('v2.29.10', before('stop build (no pause on this version)', 0, pace({ queue: 20, stopBuild: 2_970 }))),
    on(
      'v2.29.10',
      before('start build (no resume on this version)', 0, pace({ startBuild: 2_200, startScripts: 1_000 })),
    ),
    on('v2.29.10', before('delete', 0, pace({ deleteBuild: 8_900 }))),
  ],
};
