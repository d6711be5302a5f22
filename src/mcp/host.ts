/** The program on the other side of the pipe: how long it lets a call last, and whether it can ask its person. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { ElicitRequestFormParams } from '@modelcontextprotocol/sdk/types.js';
import { type Clock, sleep } from '../coder/clock.js';
import type { Choice, Host } from '../tools/define.js';
import { ANSWERED_EARLIER } from './eras/questions.js';
import { timesOf } from './host-times.js';

// A person needs time to read; but the host's own limit for the whole call is not far.
const ASK_TIMEOUT_MS = 30_000;

export interface HostOptions {
  readonly server: Server;
  readonly clock: Clock;
  readonly maxWaitSeconds: number | undefined;
}

/** The host as tools see it; asks by elicitation where the client has declared it. */
export function hostOf({ server, clock, maxWaitSeconds }: HostOptions): Host {
  const times = () => timesOf(server.getClientVersion()?.name);
  const canAsk = () => server.getClientCapabilities()?.elicitation !== undefined;
  return {
    get maxWaitSeconds() {
      return maxWaitSeconds ?? times().capSeconds;
    },
    get defaultWaitSeconds() {
      return maxWaitSeconds === undefined ? times().defaultSeconds : undefined;
    },
    get canAsk() {
      return canAsk();
    },
    async confirm(question, signal) {
      if (!canAsk()) return 'unavailable';
      const answer = await ask(server, clock, signal, question, {
        sure: { type: 'boolean', title: 'Yes, do it', default: false },
      });
      if (answer?.action === 'decline') return 'decline';
      const sure = answer?.action === 'accept' ? answer.content?.sure : undefined;
      // A host that accepts a form without showing it has asked nobody.
      if (typeof sure !== 'boolean') return 'unavailable';
      return sure ? 'accept' : 'decline';
    },
    async choose(question, choices, signal) {
      if (!canAsk()) return undefined;
      const answer = await ask(server, clock, signal, question, { choice: choiceField(choices) });
      const chosen = answer?.action === 'accept' ? answer.content?.choice : undefined;
      return choices.find(({ value }) => value === chosen)?.value;
    },
  };
}

function choiceField(choices: readonly Choice[]) {
  return {
    type: 'string' as const,
    title: 'Choice',
    oneOf: choices.map(({ value, title }) => ({ const: value, title })),
  };
}

type Fields = ElicitRequestFormParams['requestedSchema']['properties'];

/** The person's answer and after how long it came, or nothing when the host failed or nobody answered in time. */
async function ask(server: Server, clock: Clock, signal: AbortSignal, message: string, properties: Fields) {
  const timeout = new AbortController();
  const stop = AbortSignal.any([signal, timeout.signal]);
  const timer = sleep(clock, ASK_TIMEOUT_MS, stop).then(
    () => timeout.abort(),
    () => undefined,
  );
  const askedAt = clock.now();
  try {
    const answer = await server.elicitInput(
      { mode: 'form', message, requestedSchema: { type: 'object', properties, required: Object.keys(properties) } },
      { signal: stop, timeout: ASK_TIMEOUT_MS * 2 },
    );
    const isEarlier = answer._meta?.[ANSWERED_EARLIER] !== undefined;
    return { ...answer, tookMs: isEarlier ? Number.POSITIVE_INFINITY : clock.now() - askedAt };
  } catch {
    // A host that declares elicitation and then fails is one that cannot ask.
    signal.throwIfAborted();
    return undefined;
  } finally {
    timeout.abort();
    await timer;
  }
}
