/** Stopping and starting the workspace of a task: by pause and resume, or by plain builds where Coder has neither. */

import type { CoderClient } from '../../coder/client.js';
import { type Clock, sleep } from '../../coder/clock.js';
import { hasTrait } from '../../coder/errors/error-codes.js';
import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import { featuresOf } from '../../coder/server-features.js';
import type { Task, WorkspaceBuild } from '../../coder/wire/schemas.js';
import { nameOf } from '../summary.js';

export type Transition = 'start' | 'stop';

// A request whose answer was lost is carried out by then, or never.
const LOOK_AFTER_MS = 1_000;

export class Power {
  readonly #coder: CoderClient;
  readonly #clock: Clock;

  constructor(coder: CoderClient, clock: Clock) {
    this.#coder = coder;
    this.#clock = clock;
  }

  /**
   * Asks for a build and resolves with its number once it is queued. After a lost answer it looks whether the build is
   * there before it asks once more (coder-api §12). Errors: `build_active` while another one runs; `already_running`.
   */
  async queue(task: Task, transition: Transition, signal: AbortSignal): Promise<number> {
    for (let isRepeat = false; ; isRepeat = true) {
      try {
        return (await this.#ask(task, transition, signal)).build_number;
      } catch (error) {
        if (!(error instanceof CoderError) || error.reached === 'no') throw error;
        const found = await this.#newerBuild(task, error, signal);
        if (found !== undefined) return found;
        if (isRepeat || !hasTrait(error.code, 'answer_lost')) throw error;
      }
    }
  }

  async #ask(task: Task, transition: Transition, signal: AbortSignal): Promise<WorkspaceBuild> {
    const coder = this.#coder;
    if (featuresOf(coder.buildVersion).pauseAndResume) {
      const ref = { user: 'me', task: task.id };
      try {
        return await (transition === 'stop' ? coder.pauseTask(ref, { signal }) : coder.resumeTask(ref, { signal }));
      } catch (error) {
        // For this call alone: one stray 404 says nothing about the next.
        if (!isCoderError(error, 'pause_unavailable')) throw error;
      }
    }
    return this.#build(task, transition, signal);
  }

  /** Before 2.31.1 (coder-api §7). A start of a workspace that runs would restart it, which resume never does. */
  async #build(task: Task, transition: Transition, signal: AbortSignal): Promise<WorkspaceBuild> {
    const { workspace_id } = task;
    if (workspace_id === null)
      throw new CoderError('no_workspace', `${nameOf(task)} has no workspace`, { reached: 'no' });
    if (transition === 'start') {
      const { latest_build } = await this.#coder.getWorkspace(workspace_id, { signal });
      if (latest_build.status === 'running')
        throw new CoderError('already_running', `the workspace of ${nameOf(task)} is running`, { reached: 'no' });
    }
    return this.#coder.createWorkspaceBuild(workspace_id, { transition }, { signal });
  }

  /** The number of a build that came after the task was read; if that cannot be told, what was lost stays the error. */
  async #newerBuild(task: Task, lost: CoderError, signal: AbortSignal): Promise<number | undefined> {
    await sleep(this.#clock, LOOK_AFTER_MS, signal);
    let now: Task;
    try {
      now = await this.#coder.getTask({ user: 'me', task: task.id }, { signal });
    } catch (error) {
      if (error instanceof CoderError) throw lost;
      throw error;
    }
    const number = now.workspace_build_number ?? 0;
    return number > (task.workspace_build_number ?? 0) ? number : undefined;
  }
}
