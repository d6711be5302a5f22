/** Why a call to Coder failed and what to do: one row for each error code, and what single errors know beyond it. */

import type { CoderError, ErrorCode } from '../coder/errors/errors.js';
import { accessAdvice } from './access.js';
import type { Advice } from './advice.js';
import { adviceWithCaFile, connectionAdvice } from './connection.js';
import { adviceOnMissingTasks } from './missing-tasks.js';
import { taskAdvice } from './tasks.js';

export const errorAdvice = {
  ...accessAdvice,
  ...taskAdvice,
  ...connectionAdvice,
} as const satisfies Record<ErrorCode, Advice>;

/** The advice on this error: that of its code, made more exact by what the error itself knows. */
export function adviceOn(error: CoderError): Advice {
  const advice: Advice = errorAdvice[error.code];
  if (error.advice) return { ...advice, ...error.advice };
  if (error.hasCaFile && (error.code === 'tls' || error.code === 'certificate_chain')) {
    return { ...advice, ...adviceWithCaFile[error.code] };
  }
  if (error.code === 'tasks_unavailable') return { ...advice, ...adviceOnMissingTasks(error.buildVersion) };
  return advice;
}
