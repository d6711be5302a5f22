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
