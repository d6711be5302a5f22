/** The log of a build, in the stages and the manner of the provisioner. */

import type { Build, BuildFailure, BuildLog } from './model.js';

export type LogWriter = (line: Pick<BuildLog, 'level' | 'stage' | 'output'>) => void;

const INIT = 'Initializing Terraform Directory';
const PLAN = 'Planning Infrastructure';
const VERBS = { start: 'Starting workspace', stop: 'Stopping workspace', delete: 'Deleting workspace' } as const;

export function logBegin(write: LogWriter): void {
  write({ level: 'info', stage: 'Setting up', output: '' });
  write({ level: 'info', stage: INIT, output: 'Terraform 1.11.4' });
  write({ level: 'info', stage: INIT, output: 'Initializing the backend...' });
  write({ level: 'info', stage: INIT, output: 'Initializing provider plugins...' });
  write({ level: 'info', stage: INIT, output: 'Installed provider version: coder/coder v2.18.0 (unauthenticated)' });
}

export function logPlan(write: LogWriter, build: Build): void {
  const changes =
    build.transition === 'start' ? '4 to add, 0 to change, 0 to destroy' : '0 to add, 0 to change, 4 to destroy';
  write({ level: 'info', stage: PLAN, output: 'data.coder_workspace.me: Refreshing...' });
  write({ level: 'info', stage: PLAN, output: `Plan: ${changes}` });
}

export function logApply(write: LogWriter, build: Build): void {
  const [doing, done] = build.transition === 'start' ? ['Creating', 'Creation'] : ['Destroying', 'Destruction'];
  for (const resource of [
    'coder_agent.main[0]',
    'coder_app.agent[0]',
    'coder_ai_task.task[0]',
    'terraform_data.workspace[0]',
  ]) {
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${doing}...` });
    write({ level: 'info', stage: VERBS[build.transition], output: `${resource}: ${done} complete after 0s` });
  }
}

export function logFailure(write: LogWriter, build: Build, failure: BuildFailure): void {
  const stage = VERBS[build.transition];
  for (const output of failure.output ?? [`Error: ${failure.error}`]) write({ level: 'error', stage, output });
}

export function logEnd(write: LogWriter, succeeded: boolean): void {
  if (succeeded) write({ level: 'info', stage: 'Graphing Infrastructure', output: 'Graphing the resources' });
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
