/** The list of tools, in the order in which a model should meet them. */

import { createTask } from './create-task.js';
import type { Tool } from './define.js';
import { deleteTask } from './delete-task.js';
import { diagnose } from './diagnose.js';
import { getTask } from './get-task.js';
import { getTaskLogs } from './get-task-logs.js';
import { listTaskTemplates } from './list-task-templates.js';
import { listTasks } from './list-tasks.js';
import { pauseTask } from './pause-task.js';
import { resumeTask } from './resume-task.js';
import { sendTaskInput } from './send-task-input.js';
import { updateTaskInput } from './update-task-input.js';
import { waitForTask } from './wait-for-task.js';

/** Every tool; which of them exist in a process is decided by `selectTools`. */
export const allTools: readonly Tool[] = [
  createTask,
  waitForTask,
  sendTaskInput,
  getTaskLogs,
  getTask,
  listTasks,
  pauseTask,
  resumeTask,
  updateTaskInput,
  deleteTask,
  listTaskTemplates,
  diagnose,
];

export interface ToolSelection {
  readonly readOnly: boolean;
  readonly noDelete: boolean;
  readonly tools?: readonly string[] | undefined;
  readonly excludeTools?: readonly string[] | undefined;
}

/** The tools that exist in this process: exclude beats include, read-only beats all (behaviour §9). */
export function selectTools(selection: ToolSelection, tools: readonly Tool[] = allTools): readonly Tool[] {
  return tools.filter(
    ({ name, effect }) =>
      (selection.tools?.includes(name) ?? true) &&
      !selection.excludeTools?.includes(name) &&
      !(selection.readOnly && effect !== 'read') &&
      !(selection.noDelete && effect === 'destroy'),
  );
}

/** Names in the selection that no tool has: a start error, since a typo would switch on or off the wrong thing. */
export function unknownTools({ tools = [], excludeTools = [] }: ToolSelection): readonly string[] {
  return [...tools, ...excludeTools].filter((name) => !allTools.some((tool) => tool.name === name));
}
