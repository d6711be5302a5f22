/** The provisioners: builds wait for one of them, run, and end well or badly. */

import type { Pace } from '../time/pace.js';
import {
  commandFailure,
  type LogWriter,
  logApplyBegin,
  logApplyEnd,
  logBegin,
  logEnd,
  logFailure,
  logLooseAgent,
  logPlan,
} from '../views/build-logs.js';
import { stopAtDeadline } from './auto-stop.js';
import type { Build, BuildFailure, JobStatus, Transition, Workspace } from './model.js';
import { readPromptWords } from './prompt-words.js';
import { shutDown, startAgent } from './workspace-agent.js';
import type { World } from './world.js';

const BUILD_STEP = { start: 'startBuild', stop: 'stopBuild', delete: 'deleteBuild' } as const satisfies Record<
  Transition,
  keyof Pace
>;
// lifecycle.json: the shutdown script took its snapshot when about that share of the stop build was over.
const SNAPSHOT_SHARE = 0.5;
// Of the time that Terraform takes, without what a prompt adds to it.
const PLANNED_SHARE = 0.5;
const APPLYING_SHARE = 0.9;

interface Job {
  readonly workspace: Workspace;
  readonly build: Build;
}

interface QueuedJob extends Job {
  /** It has waited for its time. Only its own timer says so: timers and the clock may differ by a millisecond. */
  isRipe: boolean;
}

export class Provisioners {
  /** How many builds run at once. */
  count = 3;
  /** How many of the daemons are alive, as `matched_provisioners.available` says. */
  available = 3;
  readonly #world: World;
  readonly #queue: QueuedJob[] = [];
  readonly #failures: { readonly transition: Transition; readonly failure: BuildFailure }[] = [];
  #running = 0;
  #held = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on no build is begun; `none`: and no provisioner is there at all. */
  hold(none = false): void {
    this.#held = true;
    if (none) this.available = 0;
  }

  release(): void {
    this.#held = false;
    this.available = this.count;
    this.#begin();
  }

  /** The next build of that kind ends with this error. */
  failNext(
    transition: Transition,
    failure: BuildFailure = commandFailure('volume quota exceeded in project demo'),
  ): void {
    this.#failures.push({ transition, failure });
  }

  enqueue(job: Job): void {
    const queued = { ...job, isRipe: false };
    this.#queue.push(queued);
    this.#world.after(this.#world.wait('queue'), () => {
      queued.isRipe = true;
      this.#begin();
    });
  }

  /** Counted from 1; undefined once the build is taken. */
  position(build: Build): { readonly position: number; readonly size: number } | undefined {
    const index = this.#queue.findIndex((job) => job.build === build);
    return index < 0 ? undefined : { position: index + 1, size: this.#queue.length };
  }

  /** pause-resume.json: a start that is canceled while it runs ends as failed, because Terraform fails. */
  cancel({ workspace, build }: Job): void {
    build.canceledAt = this.#world.now();
    const waiting = this.#queue.findIndex((job) => job.build === build);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      this.#end({ workspace, build }, 'canceled');
      return;
    }
    build.status = 'canceling';
    this.#world.changed(workspace);
    this.#world.after(this.#world.wait('cancel'), () => {
      this.#running -= 1;
      this.#end({ workspace, build }, 'failed', { error: 'terraform apply: exit status 1' });
    });
  }

  #begin(): void {
    while (!this.#held && this.#running < this.count) {
      const index = this.#queue.findIndex(({ isRipe }) => isRipe);
      const [job] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (job === undefined) return;
      this.#running += 1;
      this.#run(job);
    }
  }

  #run({ workspace, build }: Job): void {
    const world = this.#world;
    const words = readPromptWords(world.taskOf(workspace)?.prompt ?? '');
    build.status = 'running';
    build.startedAt = world.now();
    const write = this.#writer(build);
    logBegin(write, world.features);
    const sleep = words.sleepMs(build.transition === 'start' ? 'start-sleep' : 'stop-sleep');
    const base = world.wait(BUILD_STEP[build.transition]);
    const total = base + sleep;
    if (build.transition !== 'start') world.after(total * SNAPSHOT_SHARE, () => shutDown(world, workspace));
    const isUnderWay = () => build.status === 'running';
    world.after(base * PLANNED_SHARE, () => isUnderWay() && logPlan(write, world.features, build));
    world.after(base * APPLYING_SHARE, () => isUnderWay() && logApplyBegin(write, build));
    world.after(total, () => {
      if (build.status !== 'running') return;
      this.#running -= 1;
      const failure = this.#takeFailure(workspace, build);
      if (failure === undefined) logApplyEnd(write, build);
      else logFailure(write, build, failure);
      this.#end({ workspace, build }, failure === undefined ? 'succeeded' : 'failed', failure);
    });
    world.changed(workspace);
  }

  #end({ workspace, build }: Job, status: JobStatus, failure?: BuildFailure): void {
    const world = this.#world;
    if (build.startedAt !== undefined) logEnd(this.#writer(build), world.features, status === 'succeeded');
    build.status = status;
    build.failure = failure;
    build.completedAt = world.now();
    build.updatedAt = world.now();
    // A stop build carries a deadline too, which means nothing (auto-stop.json).
    if (status === 'succeeded' && workspace.ttlMs > 0) build.deadline = world.now() + workspace.ttlMs;
    if (status === 'succeeded' && build.transition === 'start') {
      if (world.version(build.versionId)?.agentKind === 'loose') logLooseAgent(this.#writer(build), world.ids.uuid());
      startAgent(world, workspace, build);
      stopAtDeadline(world, workspace, build);
    }
    if (status === 'succeeded' && build.transition === 'delete') {
      workspace.deleted = true;
      const task = world.taskOf(workspace);
      if (task !== undefined) task.deletedAt ??= world.now();
    }
    world.changed(workspace);
    this.#begin();
  }

  #takeFailure(workspace: Workspace, build: Build): BuildFailure | undefined {
    const asked = this.#failures.findIndex(({ transition }) => transition === build.transition);
    if (asked >= 0) return this.#failures.splice(asked, 1)[0]?.failure;
    const ofTemplate = build.transition === 'start' ? this.#world.version(build.versionId)?.startFailure : undefined;
    return ofTemplate ?? wordedFailure(workspace, build.transition, this.#world.taskOf(workspace)?.prompt ?? '');
  }

  #writer(build: Build): LogWriter {
    return (line) => {
      const source = line.stage === 'Setting up' || line.stage === 'Cleaning Up' ? 'provisioner_daemon' : 'provisioner';
      build.logs.push({ ...line, id: this.#world.nextLogId(), at: this.#world.now(), source });
    };
  }
}

function wordedFailure(workspace: Workspace, transition: Transition, prompt: string): BuildFailure | undefined {
  const words = readPromptWords(prompt);
  const failure = commandFailure(`simulated failure of the ${transition} build`);
  if (transition === 'start' && words.has('start-quota')) {
    return { error: 'insufficient quota', errorCode: 'INSUFFICIENT_QUOTA' };
  }
  if (words.has(`${transition}-fail`)) return failure;
  const once = `${transition}-fail-once`;
  if (!words.has(once) || workspace.spent.has(once)) return undefined;
  workspace.spent.add(once);
  return failure;
}
