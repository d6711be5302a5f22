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
  stopped_answering: {
    why: 'Coder answered a short time ago: it is restarting, or the network is interrupted. No setting is wrong.',
    next: 'make the same call again',
    mend: 'try again in a minute; if it goes on, check the network and whether Coder is running',
    retry: 'yes',
  },
  not_sent: {
    why: 'As many calls of this kind as this program makes at once wait for their answer; this one never left.',
    next: 'make the same call again when the others have ended',
    mend: 'try again when the other calls have ended',
    retry: 'yes',
  },

  // TLS and proxies, each by its cause
  tls: {
    why: 'The certificate of the server is not trusted on this machine: its authority is unknown here.',
    ...personMust(
      'set CODER_CLIENT_TLS_CA_FILE or NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed the certificate',
    ),
    retry: 'no',
  },
  certificate_expired: {
    why: 'The certificate of the server has expired or is not valid yet, or the clock of this machine is wrong.',
    ...personMust('check the clock of this machine, and have the certificate of the server renewed'),
    retry: 'no',
  },
  certificate_name: {
    why: 'The certificate of the server is for another host name than the one in CODER_URL.',
    ...personMust('set CODER_URL to a host name that the certificate contains, or have the certificate corrected'),
    retry: 'no',
  },
  certificate_chain: {
    why: 'The certificate of the server leads to no authority that is trusted on this machine: that authority is unknown here, or the server does not send its intermediate certificate.',
    ...personMust(
      'set CODER_CLIENT_TLS_CA_FILE to a PEM file with the authority or the intermediate certificate, or have the server send its whole chain',
    ),
    retry: 'no',
  },
  client_certificate: {
    why: 'The server wants a certificate of the client, and none was sent or the one sent was refused.',
    ...personMust(
      'set CODER_CLIENT_TLS_CERT_FILE and CODER_CLIENT_TLS_KEY_FILE to a certificate that the server accepts',
    ),
    retry: 'no',
  },
  not_tls: {
    why: 'CODER_URL begins with https, but what answers there does not speak TLS.',
    ...personMust('check the port in CODER_URL, or set CODER_URL to the http address if the deployment has no TLS'),
    retry: 'no',
  },
  tls_required: {
    why: 'CODER_URL begins with http, but what answers there speaks only TLS.',
    ...personMust('set CODER_URL to the https address'),
    retry: 'no',
  },
  proxy: {
    why: 'The HTTP proxy cannot be reached, or could not open the connection to Coder.',
    ...personMust('check HTTPS_PROXY and HTTP_PROXY, or list the host of Coder in NO_PROXY'),
    retry: 'after the proxy settings are right',
  },
  proxy_login: {
    why: 'The HTTP proxy wants a login, and none was sent or the one sent was refused.',
    ...personMust(
      'put the login into HTTPS_PROXY or HTTP_PROXY (http://user:password@host:port), or list the host of Coder in NO_PROXY',
    ),
    retry: 'after the proxy settings are right',
  },

  // Somebody in front of Coder
  login_in_front: {
    why: 'A login page in front of Coder answered in its place; Coder has not seen the request.',
    ...personMust(
      'set CODER_HEADER or CODER_HEADER_COMMAND to the header that lets programs pass that login (for Cloudflare Access, a service token), or use an address of Coder without it',
    ),
    retry: 'after that login lets this program pass',
  },
  blocked_in_front: {
    why: 'Something in front of Coder (a proxy, a firewall or a check for bots) refused the request; Coder has not seen it.',
    ...personMust('have it let requests to /api/v2 of Coder pass, or set CODER_HEADER to the header that it expects'),
    retry: 'after it lets this program pass',
  },
  input_too_large: {
    why: 'The request is larger than what Coder, or something in front of it, accepts.',
    next: 'send a shorter input; put long material into a file or repository that the agent can read',
    mend: 'raise the limit for request bodies in front of Coder',
    retry: 'after the input is shorter',
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
    why: 'Coder wants to be called under another address.',
    ...personMust('set CODER_URL to the address that it points to'),
    retry: 'no',
  },
  not_coder: {
    why: 'What answers at this address is not the Coder API (a web page, a login page in front of Coder, or another program).',
    ...personMust(
      'check CODER_URL: the address of the dashboard, without a path; where a login page stands in front, CODER_HEADER can carry the header that it expects',
    ),
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

/** The same faults where CODER_CLIENT_TLS_CA_FILE is set already: it is read, and does not help. */
export const adviceWithCaFile = {
  tls: {
    why: 'The certificate of the server is not trusted on this machine: CODER_CLIENT_TLS_CA_FILE is read, but it holds another authority.',
    ...personMust(
      'put the authority that signed the certificate of the server into the file that CODER_CLIENT_TLS_CA_FILE names',
    ),
  },
  certificate_chain: {
    why: 'CODER_CLIENT_TLS_CA_FILE is read, but the server does not send its intermediate certificate, or the file holds another authority.',
    ...personMust(
      'have the server send its whole chain, or put its intermediate certificate into the file that CODER_CLIENT_TLS_CA_FILE names, beside the authority',
    ),
  },
} as const;
