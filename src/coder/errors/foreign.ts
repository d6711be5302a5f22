/** Answers that Coder has not given: who stands in front of it, by status, form and redirect (behaviour §6). */

import type { ErrorCode } from './errors.js';

export interface ForeignAnswer {
  readonly status: number;
  readonly text: string;
}

const CERTIFICATE_REQUIRED = /(?:No required SSL certificate|SSL certificate error)/i;
const TLS_REQUIRED = /HTTP request (?:was sent )?to (?:an )?HTTPS (?:server|port)/i;

/** The code for an error answer in a form that Coder's API does not use, or without Coder's header. */
export function classifyForeign({ status, text }: ForeignAnswer): ErrorCode {
  switch (status) {
    case 400:
      if (TLS_REQUIRED.test(text)) return 'tls_required';
      return CERTIFICATE_REQUIRED.test(text) ? 'client_certificate' : 'blocked_in_front';
    case 401:
      return 'login_in_front';
    case 407:
      return 'proxy_login';
    case 403:
    case 406:
    case 451:
      return 'blocked_in_front';
    case 408:
    case 425:
      return 'gateway';
    case 413:
      return 'input_too_large';
    case 429:
      return 'rate_limited';
    default:
      return status >= 500 ? 'gateway' : 'not_coder';
  }
}

export interface Redirect {
  readonly status: number;
  /** As the header has it. */
  readonly location: string | undefined;
  /** The address that was asked for, with its path. */
  readonly asked: URL;
  readonly isFromCoder: boolean;
}

/**
 * `redirected` where Coder itself says under which address it wants to be called: 307 to the bare access address
 * (coder-api §5.7), or the same path under https. Everything else leads to somebody's login page.
 */
export function classifyRedirect({ status, location, asked, isFromCoder }: Redirect): ErrorCode {
  const target = location !== undefined && URL.canParse(location, asked.href) ? new URL(location, asked) : undefined;
  if (target === undefined) return 'not_coder';
  const isUpgrade =
    target.protocol === 'https:' && target.hostname === asked.hostname && target.pathname === asked.pathname;
  const isBare = status === 307 && target.pathname === '/' && target.search === '' && target.origin !== asked.origin;
  return isUpgrade || isBare || isFromCoder ? 'redirected' : 'login_in_front';
}
