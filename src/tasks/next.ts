/** Which call makes sense next, for each phase of a task. */

import type { ToolName } from '../tool-names.js';
import type { Phase } from './knowing/phase.js';

/** A call complete enough to make; it never repeats a task's input, nor confirms a deletion. */
export interface NextCall {
  readonly tool: ToolName;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly why: string;
}

export interface NextFacts {
  /** owner/name */
  readonly task: string;
  readonly phase: Phase;
  /** How the agent's turn ended by its own report. */
  readonly outcome?: 'done' | 'failed' | undefined;
  /** Queued, starting or unhealthy past the time that this normally takes. */
  readonly stalled?: boolean;
  /** The task is the caller's: nothing that changes a task of somebody else is offered. */
  readonly isMine?: boolean;
  /** The last message in the answer is not whole. */
  readonly isCut?: boolean;
  /** A selection list is open on the agent's screen: whatever is sent may choose from it. */
  readonly isSelectionOpen?: boolean;
}

const changing: ReadonlySet<ToolName> = new Set<ToolName>([
  'coder_create_task',
  'coder_send_task_input',
  'coder_pause_task',
  'coder_resume_task',
  'coder_update_task_input',
  'coder_delete_task',
]);

const MAX_CALLS = 3;

/** The calls for a task in this phase, most useful first, at most three. */
export function nextCalls(facts: NextFacts): NextCall[] {
  const calls = callsFor(facts);
  const offered = facts.isMine === false ? calls.filter(({ tool }) => !changing.has(tool)) : calls;
  return offered.slice(0, MAX_CALLS);
}

function callsFor({
  task,
  phase,
  outcome,
  stalled = false,
  isCut = false,
  isSelectionOpen = false,
}: NextFacts): NextCall[] {
  const wait: NextCall = {
    tool: 'coder_wait_for_task',
    arguments: { tasks: [task] },
    why: 'returns when it is your turn',
  };
  const diagnose: NextCall = { tool: 'coder_diagnose', arguments: { task }, why: 'says why' };
  const resume: NextCall = { tool: 'coder_resume_task', arguments: { tasks: [task] }, why: 'tries the start again' };
  const logs: NextCall = {
    tool: 'coder_get_task_logs',
    arguments: { task },
    why: isCut ? 'the last message whole' : 'the conversation',
  };
  switch (phase) {
    case 'working':
    case 'active':
    case 'pausing':
    case 'canceling':
      return [wait];
    case 'queued':
    case 'starting':
      return stalled ? [diagnose, wait] : [wait];
    case 'unreachable':
    case 'unhealthy':
      return [diagnose, wait];
    case 'deleting':
      return [
        {
          tool: 'coder_wait_for_task',
          arguments: { tasks: [task], until: 'deleted' },
          why: 'its name is free when the workspace is gone',
        },
      ];
    case 'waiting':
    case 'done':
    case 'failed': {
      const send: NextCall = { tool: 'coder_send_task_input', arguments: { task }, why: 'with input' };
      const pause: NextCall = {
        tool: 'coder_pause_task',
        arguments: { tasks: [task] },
        why: 'saves its cost, keeps its disk',
      };
      if (isSelectionOpen) return [logs, send];
      const isDone = outcome === 'done' || (outcome === undefined && phase === 'done');
      if (!isDone) return [send, logs];
      return isCut ? [logs, pause, send] : [pause, send];
    }
    case 'paused':
      return [
        logs,
        { tool: 'coder_send_task_input', arguments: { task }, why: 'with input: resumes it, then sends' },
        { tool: 'coder_resume_task', arguments: { tasks: [task] }, why: 'starts its workspace again' },
      ];
    case 'broken':
      return [diagnose, resume];
    case 'unknown':
      return [diagnose];
    case 'gone':
      return [{ tool: 'coder_list_tasks', arguments: {}, why: 'the tasks that exist' }];
  }
}
