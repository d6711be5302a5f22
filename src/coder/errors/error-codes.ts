/** Every way a call to Coder can fail, and what a model should know and do about each. */

import { accessErrors } from './error-codes/access.js';
import type { ErrorAdvice } from './error-codes/advice.js';
import { connectionErrors } from './error-codes/connection.js';
import { taskErrors } from './error-codes/tasks.js';

export const errorCodes = {
  ...accessErrors,
  ...taskErrors,
  ...connectionErrors,
} as const satisfies Record<string, ErrorAdvice>;

export type ErrorCode = keyof typeof errorCodes;
