/** coder_diagnose: why a task does not start, answer or succeed; without a task, whether tasks work here at all. */

import { z } from 'zod';
import { checkNames, checkResults } from '../doctor/check.js';
import { type Examination, examine, tasksAnswers } from '../doctor/examine.js';
import { examinationLines } from '../doctor/wording.js';
import { diagnose as diagnoseTask } from '../tasks/diagnosing/diagnosis.js';
import { nextFor, verdicts, verdictWords } from '../tasks/diagnosing/verdicts.js';
import { phases, turns } from '../tasks/knowing/phase.js';
import { nameOf } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import { defineTool, type Words } from './define.js';
import { next, notes } from './outputs.js';
import { taskParam } from './params.js';
import { headline } from './wording.js';

const buildEvidence = z.object({
  number: z.number(),
  transition: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  created_at: z.string().optional(),
  started_at: z.string().optional(),
  ended_at: z.string().optional(),
  error_code: z.string().optional(),
  queue_position: z.number().optional(),
  queue_size: z.number().optional(),
  provisioners: z.object({ matching: z.number(), alive: z.number(), last_seen: z.string().optional() }).optional(),
});

const agentEvidence = z.object({
  status: z.string(),
  lifecycle: z.string(),
  since: z.string().optional(),
  unhealthy_because: z.string().optional(),
  startup_script: z.object({ status: z.string(), exit_code: z.number().optional() }).optional(),
});

const evidence = z.object({
  build: buildEvidence.optional(),
  agent: agentEvidence.optional(),
  app: z.object({ health: z.string() }).optional(),
  conversation: z
    .object({ entries: z.number().optional(), last_entry_at: z.string().optional(), error: z.string().optional() })
    .optional(),
  report: z.object({ state: z.string(), at: z.string().optional() }).optional(),
  workspace_renamed_to: z.string().optional(),
  not_read: z.array(z.object({ what: z.string(), error: z.string() })).optional(),
});

const deploymentReport = z.object({
  result: z.enum(checkResults),
  url: z.string().optional(),
  version: z.string().optional(),
  user: z.string().optional(),
  tasks: z.enum(tasksAnswers),
  agents: z.enum(['there', 'experiment', 'absent', 'unknown']).optional(),
  findings: z.array(
    z.object({
      check: z.enum(checkNames),
      result: z.enum(checkResults),
      seen: z.string(),
      mend: z.string().optional(),
    }),
  ),
});

const output = z.object({
  task: z.string().optional(),
  phase: z.enum(phases).optional(),
  turn: z.enum(turns).optional(),
  since: z.string().optional(),
  verdict: z.enum(verdicts).optional(),
  meaning: z.string().optional(),
  cause: z.string().optional(),
  evidence: evidence.optional(),
  deployment: deploymentReport.optional(),
  notes,
  next,
  untrusted: z
    .object({
      build_error: z.string().optional(),
      build_log: z.string().optional(),
      startup_log: z.string().optional(),
      provisioner_tags: z.string().optional(),
      report: z.string().optional(),
      last_message: z.string().optional(),
    })
    .optional(),
});

type Evidence = z.output<typeof evidence>;

export const diagnose = defineTool({
  name: 'coder_diagnose',
  title: 'Diagnose',
  description:
    'Find out what went wrong: why a task is stuck, broken or unhealthy, does not start, build, answer or ' +
    'succeed. One verdict, its cause, the evidence (build, agent, app, end of build and startup logs) and the ' +
    'next step. Also when queued or starting lasts minutes. Changes nothing. Without task: whether tasks work on ' +
    'this deployment, its version, who you are.',
  effect: 'read',
  input: z.strictObject({ task: taskParam.optional() }),
  output,
  async run({ task: reference }, { coder, tasks, signal }) {
    if (reference === undefined) {
      const deployment = await examine(coder, signal);
      return { deployment, next: nextOnDeployment(deployment) };
    }
    const task = await tasks.findOrGone(reference, signal);
    const view = tasks.view(task);
    const { verdict, cause, since, evidence, untrusted } = await diagnoseTask(coder, view, signal);
    const name = nameOf(task);
    return {
      task: name,
      phase: view.phase,
      turn: view.turn,
      ...(since !== undefined && { since: isoTime(since) }),
      verdict,
      meaning: verdictWords[verdict].text,
      cause,
      evidence,
      ...(view.notes.length > 0 && { notes: view.notes }),
      next: nextFor(verdict, name, view),
      ...(Object.keys(untrusted).length > 0 && { untrusted }),
    };
  },
  text: ({ deployment, task, phase, turn, since, verdict, meaning, cause, evidence }, words) => {
    if (deployment) return examinationLines(deployment);
    return [
      `${verdict}: ${task}`,
      cause && `cause: ${cause}`,
      meaning,
      task && phase && turn && headline({ task, phase, turn, since }, words),
      ...(evidence ? evidenceLines(evidence, words) : []),
    ];
  },
});

/** Tasks work: the list is the usual next look. Otherwise a person has to act, and no call helps. */
function nextOnDeployment({ tasks, result }: Examination) {
  if (tasks !== 'available' || result === 'fail') return [];
  return [{ tool: 'coder_list_tasks', arguments: {}, why: 'your tasks' }];
}

function evidenceLines(evidence: Evidence, words: Words): (string | undefined)[] {
  const { build, agent, app, conversation, report, workspace_renamed_to, not_read } = evidence;
  const ago = (time: string | undefined) => (time === undefined ? '' : ` ${words.age(time)} ago`);
  const during = (time: string | undefined) => (time === undefined ? '' : ` for ${words.age(time)}`);
  const script = agent?.startup_script;
  return [
    build && buildLine(build, ago),
    agent &&
      `agent: ${agent.status}, ${agent.lifecycle}${during(agent.since)}${agent.unhealthy_because ? `, ${agent.unhealthy_because}` : ''}`,
    script &&
      `startup script: ${script.status}${script.exit_code === undefined ? '' : `, exit code ${script.exit_code}`}`,
    app && `app: ${app.health}`,
    conversation?.error && `conversation: ${conversation.error}`,
    conversation?.entries !== undefined
      ? `conversation: ${conversation.entries} entries${conversation.last_entry_at ? `, the last${ago(conversation.last_entry_at)}` : ''}`
      : undefined,
    report && `report: ${report.state}${ago(report.at)}`,
    workspace_renamed_to && `workspace: renamed to ${workspace_renamed_to}`,
    not_read && `not read: ${not_read.map(({ what, error }) => `${what} (${error})`).join(', ')}`,
  ];
}

function buildLine(build: z.output<typeof buildEvidence>, ago: (time: string | undefined) => string): string {
  const { number, transition, status, reason, created_at, started_at, ended_at, error_code, provisioners } = build;
  return [
    `build: ${transition} ${number} ${status}`,
    reason && `reason ${reason}`,
    created_at && `made${ago(created_at)}`,
    started_at && `begun${ago(started_at)}`,
    ended_at && `ended${ago(ended_at)}`,
    error_code && `error code ${error_code}`,
    build.queue_position !== undefined && `queue ${build.queue_position} of ${build.queue_size ?? '?'}`,
    provisioners &&
      `provisioners ${provisioners.alive} of ${provisioners.matching} alive${provisioners.last_seen ? `, last seen${ago(provisioners.last_seen)}` : ''}`,
  ]
    .filter(Boolean)
    .join(', ');
}
