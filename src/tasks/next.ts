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
  /** Queued, starting or unhealthy past the time that this normally takes. */
  readonly stalled?: boolean;
}

/** The calls for a task in this phase, most useful first, at most three. */
export function nextCalls({ task, phase, stalled = false }: NextFacts): NextCall[] {
  const wait: NextCall = {
    tool: 'coder_wait_for_task',
    arguments: { tasks: [task] },
    why: 'returns when it is your turn',
  };
  const diagnose: NextCall = { tool: 'coder_diagnose', arguments: { task }, why: 'says why' };
  const resume: NextCall = { tool: 'coder_resume_task', arguments: { task }, why: 'tries the start again' };
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
    case 'failed':
      return [
        { tool: 'coder_send_task_input', arguments: { task }, why: 'with input' },
        { tool: 'coder_get_task_logs', arguments: { task }, why: 'the conversation' },
      ];
    case 'paused':
      return [
        { tool: 'coder_send_task_input', arguments: { task }, why: 'with input: resumes it, then sends' },
        { tool: 'coder_resume_task', arguments: { task }, why: 'starts its workspace again' },
      ];
    case 'broken':
      return [diagnose, resume];
    case 'unknown':
      return [diagnose];
    case 'gone':
      return [{ tool: 'coder_list_tasks', arguments: {}, why: 'the tasks that exist' }];
  }
}
