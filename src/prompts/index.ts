/** The list of prompts, in the order in which a person meets them. */

import { cleanUpTasks } from './clean-up-tasks.js';
import type { Prompt } from './define.js';
import { delegateTask } from './delegate-task.js';
import { rescueTask } from './rescue-task.js';
import { reviewTasks } from './review-tasks.js';

export const allPrompts: readonly Prompt[] = [delegateTask, reviewTasks, rescueTask, cleanUpTasks];
