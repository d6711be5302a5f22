/** Why a call to Coder failed and what to do: one row for each error code, and what single errors know beyond it. */

import { type CoderError, type ErrorCode, reasonOf } from '../coder/errors/errors.js';
import { accessAdvice } from './access.js';
import { type Advice, personMust } from './advice.js';
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
  return { ...errorAdvice[error.code], ...exactAdvice(error), ...error.advice };
}

function exactAdvice(error: CoderError): Partial<Advice> {
  switch (error.code) {
    case 'tls':
    case 'certificate_chain':
      return error.hasCaFile ? adviceWithCaFile[error.code] : {};
    case 'tasks_unavailable':
      return adviceOnMissingTasks({ version: error.buildVersion, agents: error.agents });
    case 'redirected':
      return redirectAdvice(error.location);
    case 'network':
      return networkAdvice(reasonOf(error));
    default:
      return {};
  }
}

function redirectAdvice(location: string | undefined): Partial<Advice> {
  return location !== undefined && URL.canParse(location)
    ? personMust(`set CODER_URL to ${new URL(location).origin}`)
    : {};
}

function networkAdvice(reason: string | undefined): Partial<Advice> {
  switch (reason) {
    case 'ECONNREFUSED':
      return {
        why: 'Nothing listens at this address: the port in CODER_URL is wrong, or Coder is not running.',
        ...personMust('check the port in CODER_URL, and whether Coder is running'),
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        why: 'The host name in CODER_URL is not known here.',
        ...personMust('check the spelling of the host name in CODER_URL, the network and the VPN'),
      };
    default:
      return {};
  }
}
