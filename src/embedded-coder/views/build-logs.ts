/** The log of a build, in the stages and the manner of the provisioner. */

import type { Build, BuildFailure, BuildLog } from '../world/model.js';
import type { Features } from '../world/profiles.js';

export type LogWriter = (line: Pick<BuildLog, 'level' | 'stage' | 'output'>) => void;

const VERBS = { start: 'Starting workspace', stop: 'Stopping workspace', delete: 'Deleting workspace' } as const;
const RESOURCES = ['coder_agent.main[0]', 'coder_app.agent[0]', 'coder_ai_task.task[0]', 'terraform_data.workspace[0]'];

export function logBegin(write: LogWriter, features: Features): void {
  const stage = features.newBuildStages ? 'Initializing Terraform Directory' : 'Planning infrastructure';
  write({ level: 'info', stage: 'Setting up', output: '' });
  write({ level: 'info', stage, output: 'Terraform 1.11.4' });
  write({ level: 'info', stage, output: 'Initializing the backend...' });
  write({ level: 'info', stage, output: 'Initializing provider plugins...' });
  write({ level: 'info', stage, output: 'Installed provider version: coder/coder v2.18.0 (unauthenticated)' });
}

export function logPlan(write: LogWriter, features: Features, build: Build): void {
  const stage = features.newBuildStages ? 'Planning Infrastructure' : 'Planning infrastructure';
  const isStart = build.transition === 'start';
  write({ level: 'info', stage, output: 'data.coder_workspace.me: Refreshing...' });
  write({
    level: 'info',
    stage,
    output: isStart ? 'Plan: 4 to add, 0 to change, 0 to destroy' : 'Plan: 0 to add, 0 to change, 4 to destroy',
  });
}

export function logApplyBegin(write: LogWriter, build: Build): void {
  const doing = build.transition === 'start' ? 'Creating' : 'Destroying';
  for (const resource of RESOURCES) {
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${doing}...` });
  }
}

export function logApplyEnd(write: LogWriter, build: Build): void {
  const done = build.transition === 'start' ? 'Creation' : 'Destruction';
  for (const resource of RESOURCES) {
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${done} complete after 0s` });
  }
}

/** The server does not keep such an agent nor the app behind it, and says so here alone (no-agent.json). */
export function logLooseAgent(write: LogWriter, appId: string): void {
  const lines = [
    `Unknown ai_task_app_id "${appId}". This workspace will be unable to run AI tasks. This may be due to a template configuration issue, please check with the template author.`,
    'Template author: double-check the following:',
    '  - You have associated the coder_ai_task with a valid coder_app in your template (ref: https://registry.terraform.io/providers/coder/coder/latest/docs/resources/ai_task).',
    '  - You have associated the coder_agent with at least one other compute resource. Agents with no other associated resources are not inserted into the database.',
  ];
  for (const output of lines) write({ level: 'warn', stage: 'Cleaning Up', output });
}

export function logFailure(write: LogWriter, build: Build, failure: BuildFailure): void {
  const stage = VERBS[build.transition];
  for (const output of failure.output ?? [`Error: ${failure.error}`]) write({ level: 'error', stage, output });
}

export function logEnd(write: LogWriter, features: Features, succeeded: boolean): void {
  const stage = 'Graphing Infrastructure';
  if (succeeded && features.newBuildStages) write({ level: 'info', stage, output: 'Graphing the resources' });
  write({ level: 'info', stage: 'Cleaning Up', output: '' });
}

/** The lines of a local command that failed, as Terraform prints them. */
export function commandFailure(output: string): BuildFailure {
  return {
    error: 'terraform apply: exit status 1',
    output: [
      'Error: local-exec provisioner error',
      'on main.tf line 28, in resource "terraform_data" "workspace":',
      '  28:   provisioner "local-exec" {',
      '',
      `Error running command '…': exit status 7. Output: ${output}`,
      '',
    ],
  };
}
