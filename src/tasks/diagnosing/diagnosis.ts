/** What is the matter with one task: a verdict, its cause in one line, and the evidence. */

import type { CoderClient } from '../../coder/client.js';
import { known, reading } from '../../coder/reading.js';
import { visible, visibleLine } from '../../text/untrusted.js';
import { lastMessageOf } from '../conversation/last-message.js';
import { buildTimesOf, sinceByWire } from '../knowing/build-times.js';
import { causeWords } from '../knowing/causes.js';
import type { TaskView } from '../knowing/view.js';
import { type Evidence, evidenceOf } from './evidence.js';
import { type DiagnosisFacts, gatherFacts } from './facts.js';
import { judgeTask } from './judge.js';
import { tellingLines } from './telling-lines.js';
import type { Verdict } from './verdicts.js';

export interface Diagnosis {
  /** When the phase began, in ms by the deployment's clock: by the times of the build, which a view need not know. */
  readonly since?: number;
  readonly verdict: Verdict;
  /** In our own words. */
  readonly cause: string;
  readonly evidence: Evidence;
  /** Text from the template and its programs. */
  readonly untrusted: {
    readonly build_error?: string;
    readonly build_log?: string;
    readonly startup_log?: string;
    /** `owner= scope=organization`: what a provisioner must have to run the build. */
    readonly provisioner_tags?: string;
    readonly report?: string;
    readonly last_message?: string;
  };
}

/** Reads what its phase makes worth reading, and judges. A read that fails makes the answer partial, not an error. */
export async function diagnose(coder: CoderClient, view: TaskView, signal: AbortSignal): Promise<Diagnosis> {
  const facts = await gatherFacts(coder, view, signal);
  const workspace = known(facts.workspace);
  const since = sinceByWire(view.task, view.phase, workspace && buildTimesOf(workspace, coder.now())) ?? view.since;
  const judgement = judgeTask(facts);
  return {
    ...judgement,
    ...(since !== undefined && { since }),
    evidence: evidenceOf(facts),
    untrusted: { ...quotesOf(facts), ...quotesOfAgent(facts, judgement.verdict) },
  };
}

function quotesOf(facts: DiagnosisFacts): Diagnosis['untrusted'] {
  const error = known(facts.workspace)?.latest_build.job.error;
  const build = tellingLines(
    (known(facts.buildLog) ?? []).map(({ log_level, output }) => ({ level: log_level, text: output })),
  );
  const startup = tellingLines((known(facts.startupLog) ?? []).map(({ level, output }) => ({ level, text: output })));
  return {
    ...(error && { build_error: visible(error) }),
    ...(build && { build_log: build }),
    ...(startup && { startup_log: startup }),
    ...tagsOf(facts),
  };
}

/** Only while the build is queued: then they decide who may take it. */
function tagsOf({ workspace }: DiagnosisFacts): Diagnosis['untrusted'] {
  const job = known(workspace)?.latest_build.job;
  const tags = job?.status === 'pending' ? Object.entries(job.tags ?? {}) : [];
  if (tags.length === 0) return {};
  return { provisioner_tags: visibleLine(tags.map(([name, value]) => `${name}=${value}`).join(' ')) };
}

/** Verdicts on what the agent itself did or shows. */
const onAgent: ReadonlySet<Verdict> = new Set([
  'waiting',
  'busy',
  'healthy',
  'paused',
  'app_down',
  'report_stale',
  'screen_blocked',
  'prompt_missing',
]);

/** Its words, where the verdict points to them. */
function quotesOfAgent({ view, conversation }: DiagnosisFacts, verdict: Verdict): Diagnosis['untrusted'] {
  if (!onAgent.has(verdict)) return {};
  const report = view.task.current_state?.message.trim();
  const said = lastMessageOf(known(conversation)?.logs ?? [], view.task.initial_prompt ?? '')?.text;
  return { ...(report && { report: visible(report) }), ...(said && { last_message: said }) };
}

// The cause is a courtesy: an answer about a task never waits longer for it.
const CAUSE_TIMEOUT_MS = 3_000;

/**
 * Why a task is broken or stuck, in one line of our own words, for the answers about it; undefined when it is neither, or
 * the reason cannot be read now. At most two requests. Rejects only with the signal's reason.
 */
export async function causeOf(coder: CoderClient, view: TaskView, signal: AbortSignal): Promise<string | undefined> {
  const { task, phase, stalled } = view;
  if (view.cause !== undefined) return causeWords[view.cause];
  const isTrouble =
    stalled || phase === 'broken' || phase === 'unhealthy' || phase === 'unreachable' || phase === 'unknown';
  if (!isTrouble || task.workspace_id === null) return undefined;
  try {
    const workspace = await reading(
      coder.getWorkspace(task.workspace_id, { signal, timeoutMs: CAUSE_TIMEOUT_MS }),
      signal,
    );
    const build = known(workspace)?.latest_build;
    // Whether a build still writes anything tells one that is slow from one that hangs.
    const isSlow = stalled && build?.job.status === 'running';
    const facts = {
      view,
      now: coder.now(),
      workspace,
      conversation: undefined,
      buildLog: isSlow
        ? await reading(coder.getBuildLogs(build.id, { signal, timeoutMs: CAUSE_TIMEOUT_MS }), signal)
        : undefined,
      startupLog: undefined,
    };
    const { verdict, cause } = judgeTask(facts);
    return verdict === 'unclear' ? undefined : cause;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
