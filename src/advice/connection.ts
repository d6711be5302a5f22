/** Advice on what a call fails for on the way to Coder, or inside Coder. */

import { type Advice, personMust } from './advice.js';

const LOOK_FIRST = 'look at the task first (coder_get_task): what was asked may have been done';

export const connectionAdvice = {
  // Inside Coder
  server_error: {
    why: 'Coder failed inside.',
    next: 'repeat the call once; if it fails again, give the request id to a Coder administrator',
    mend: 'try again; if it fails again, give the request id to a Coder administrator',
    retry: 'yes',
  },
  list_broken: {
    why: 'One task of the deployment is damaged, and Coder then refuses the whole list.',
    next: 'narrow the list with owner, or read single tasks with coder_get_task',
    mend: 'ask a Coder administrator to find the damaged task in the log of Coder',
    retry: 'no',
  },

  // The way to Coder
  network: {
    why: 'No connection to Coder could be opened: wrong address, no network or VPN, or the server is down.',
    next: 'ask the person to check CODER_URL and the network; `coder-tasks-mcp doctor` shows more',
    mend: 'check CODER_URL, the network, the VPN and the firewall',
    retry: 'after the network is back',
  },
  tls: {
    why: 'The certificate of the server is not trusted on this machine.',
    ...personMust('set CODER_CLIENT_TLS_CA_FILE (or NODE_EXTRA_CA_CERTS) to the authority of the certificate'),
    retry: 'no',
  },
  proxy: {
    why: 'The HTTP proxy refused or could not open the connection to Coder.',
    ...personMust('check HTTPS_PROXY, HTTP_PROXY and NO_PROXY'),
    retry: 'after the proxy settings are right',
  },
  connection_lost: {
    why: 'The connection broke before the answer was complete.',
    next: LOOK_FIRST,
    mend: 'check that CODER_URL has the right scheme and port, and the network',
    retry: 'yes',
  },
  timeout: {
    why: 'Coder did not answer in time.',
    next: LOOK_FIRST,
    mend: 'check the address, the network and the proxy settings',
    retry: 'yes',
  },
  gateway: {
    why: 'Something in front of Coder (a proxy or load balancer) answered in its place; Coder may be restarting.',
    next: 'repeat the call in a minute; if it goes on, ask a Coder administrator',
    mend: 'try again in a minute; if it goes on, ask a Coder administrator',
    retry: 'yes',
  },
  redirected: {
    why: 'The address is not the one under which Coder wants to be called.',
    ...personMust('set CODER_URL to the address it points to'),
    retry: 'no',
  },
  not_coder: {
    why: 'What answers at this address is not the Coder API (a web page, a login page of a proxy, or another program).',
    ...personMust('check CODER_URL: the address of the dashboard, without a path'),
    retry: 'no',
  },
  bad_answer: {
    why: 'The answer of the server was cut short or is not what this endpoint answers.',
    next: 'repeat the call once; if it fails again, coder_diagnose without task',
    mend: 'try again; if it fails again, tell the makers of coder-tasks-mcp and name the version of Coder',
    retry: 'yes',
  },
  answer_too_large: {
    why: 'The answer of the server is larger than what this program reads.',
    next: 'narrow it: coder_list_tasks with owner or status',
    mend: 'delete tasks that nobody needs any more',
    retry: 'no',
  },
} as const satisfies Record<string, Advice>;
