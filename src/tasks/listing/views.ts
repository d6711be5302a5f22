/** The tasks of a list as they stand: phases, true ages, stop reasons and outcomes, by one read of workspaces beside the list. */

import { known, reading } from '../../coder/reading.js';
import { type Task, type Workspace, ZERO_ID } from '../../coder/wire/schemas.js';
import { type AllowedFilter, listAllowedBy } from '../allowed.js';
import type { TasksContext } from '../context.js';
import { TaskMemory } from '../knowing/memory.js';
import type { TaskView } from '../knowing/view.js';

export interface ListContext extends TasksContext {
  readonly signal: AbortSignal;
}

export interface ListReading {
  readonly views: readonly TaskView[];
  /** Entries of Coder's list that are no tasks. */
  readonly dropped: number;
  /** How many the token shows without workspace and template. */
  readonly partial: number;
  /** The views with what their workspaces tell, read one by one where they were too many for the read beside the list. */
  completed(views: readonly TaskView[]): Promise<readonly TaskView[]>;
}

// About 4 kB each (behaviour §2).
const MAX_WORKSPACES = 100;
// What they tell is a courtesy: the list does not wait longer for it.
const WORKSPACES_TIMEOUT_MS = 5_000;
const ONE_WORKSPACE_TIMEOUT_MS = 2_000;
// Each costs a request, and Coder's clients have some hundreds a minute.
const MAX_COMPLETED = 100;

/** Reads the list and, beside it, the workspaces; where that read fails the list stands without. Errors: those of the list. */
export async function readListViews(filter: AllowedFilter, context: ListContext): Promise<ListReading> {
  const { coder, tasks, signal } = context;
  const [list, workspaces] = await Promise.all([
    listAllowedBy(context, filter, signal),
    taskWorkspaces(filter, context),
    filter.owner === 'me' ? undefined : tasks.learnWhoAmI(signal),
  ]);
  const whole = await readPartial(list.tasks, context);
  const scratch = new TaskMemory(() => coder.now());
  if (tasks.memory.me !== undefined) scratch.noteMe(tasks.memory.me);
  const viewWith = (task: Task, workspace: Workspace | undefined) => listView(task, workspace, scratch, context);
  return {
    views: whole.map((task) => viewWith(task, workspaces?.get(task.workspace_id ?? ''))),
    dropped: list.dropped,
    partial: whole.filter(isPartial).length,
    completed: (views) =>
      Promise.all(
        views.map(async (view) => {
          const { workspace_id } = view.task;
          const isKnown = !workspaces || workspace_id === null || workspaces.has(workspace_id);
          if (isKnown || !needsWorkspace(view)) return view;
          const call = { signal, timeoutMs: ONE_WORKSPACE_TIMEOUT_MS };
          const workspace = known(await reading(coder.getWorkspace(workspace_id, call), signal));
          return workspace ? viewWith(view.task, workspace) : view;
        }),
      ),
  };
}

/** The workspaces of these tasks by id; undefined where they cannot be read. */
async function taskWorkspaces(
  { owner, organization }: AllowedFilter,
  { coder, signal }: ListContext,
): Promise<ReadonlyMap<string, Workspace> | undefined> {
  const filter = { ...(owner !== '*' && { owner }), ...(organization !== undefined && { organization }) };
  const call = { signal, timeoutMs: WORKSPACES_TIMEOUT_MS };
  const list = known(await reading(coder.listTaskWorkspaces(filter, MAX_WORKSPACES, call), signal));
  return list && new Map(list.workspaces.map((workspace) => [workspace.id, workspace]));
}

/**
 * The view of one task of a list. What nobody asked about is not remembered for that: thousands may be listed. So tasks that
 * this process does not know yet are looked at with a memory that is thrown away.
 */
function listView(task: Task, workspace: Workspace | undefined, scratch: TaskMemory, { tasks }: ListContext): TaskView {
  if (tasks.memory.seen({ id: task.id })) {
    tasks.memory.see(task);
    if (workspace) tasks.memory.seeWorkspace(task.id, workspace);
    return tasks.view(task);
  }
  scratch.see(task);
  if (workspace) scratch.seeWorkspace(task.id, workspace);
  return tasks.viewIn(scratch, task);
}

/** Whether its workspace would tell more of it: how its turn ended, since when, or why it stopped. */
function needsWorkspace({ phase, since }: TaskView): boolean {
  return phase === 'waiting' || phase === 'paused' || since === undefined;
}

/** Restricted tokens get a list without workspace values: its newest tasks are then read one by one (coder-api §3.1). */
async function readPartial(tasks: readonly Task[], { coder, signal }: ListContext): Promise<readonly Task[]> {
  const partial = new Set(tasks.filter(isPartial).slice(0, MAX_COMPLETED));
  if (partial.size === 0) return tasks;
  return Promise.all(
    tasks.map((task) =>
      partial.has(task) ? coder.getTask({ user: 'me', task: task.id }, { signal }).catch(() => task) : task,
    ),
  );
}

function isPartial({ template_id }: Task): boolean {
  return template_id === ZERO_ID;
}
