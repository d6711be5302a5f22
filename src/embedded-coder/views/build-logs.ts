/** The log of a build, in the stages and the manner of the provisioner. */

import type { Build, BuildFailure, BuildLog } from '../world/model.js';
import type { Features } from '../world/profiles.js';

export type LogWriter = (line: Pick<BuildLog, 'level' | 'stage' | 'output'>) => void;

const VERBS = { start: 'Starting workspace', stop: 'Stopping workspace', delete: 'Deleting workspace' } as const;
const RESOURCES = ['coder_agent.main[0]', 'coder_app.agent[0]', 'coder_ai_task.task[0]', 'terraform_data.workspace[0]'];

export function logBegin(write: LogWriter, features: Features): void {
  const stage = features.newFields ? 'Initializing Terraform Directory' : 'Planning infrastructure';
  write({ level: 'info', stage: 'Setting up', output: '' });
  write({ level: 'info', stage, output: 'Terraform 1.11.4' });
  write({ level: 'info', stage, output: 'Initializing the backend...' });
  write({ level: 'info', stage, output: 'Initializing provider plugins...' });
  write({ level: 'info', stage, output: 'Installed provider version: coder/coder v2.18.0 (unauthenticated)' });
}

export function logPlan(write: LogWriter, features: Features, build: Build): void {
  const stage = features.newFields ? 'Planning Infrastructure' : 'Planning infrastructure';
  const isStart = build.transition === 'start';
  write({ level: 'info', stage, output: 'data.coder_workspace.me: Refreshing...' });
  write({
    level: 'info',
    stage,
    output: isStart ? 'Plan: 4 to add, 0 to change, 0 to destroy' : 'Plan: 0 to add, 0 to change, 4 to destroy',
  });
}

export function logApply(write: LogWriter, build: Build): void {
  const [doing, done] = build.transition === 'start' ? ['Creating', 'Creation'] : ['Destroying', 'Destruction'];
  for (const resource of RESOURCES) {
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${doing}...` });
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${done} complete after 0s` });
  }
}

export function logFailure(write: LogWriter, build: Build, failure: BuildFailure): void {
  const stage = VERBS[build.transition];
  for (const output of failure.output ?? [`Error: ${failure.error}`]) write({ level: 'error', stage, output });
}

export function logEnd(write: LogWriter, features: Features, succeeded: boolean): void {
  const stage = 'Graphing Infrastructure';
  if (succeeded && features.newFields) write({ level: 'info', stage, output: 'Graphing the resources' });
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
