/** The program on the other side of the pipe: how long it lets a call last, and whether it can ask its person. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { type ElicitRequestFormParams, type ElicitResult, McpError } from '@modelcontextprotocol/sdk/types.js';
import { type Clock, sleep } from '../coder/clock.js';
import type { Choice, Host } from '../tools/define.js';
import { ANSWERED_EARLIER } from './eras/questions.js';
import { timesOf } from './host-times.js';

// A person needs time to read (behaviour §3.5); but the answer must be out before the host cuts the call.
const ASK_TIMEOUT_MS = 60_000;
const ASK_MARGIN_MS = 5_000;
const LEAST_ASK_MS = 1_000;
// No person reads and answers a question within this time: a "no" that quick is the host's own.
const FASTEST_PERSON_MS = 700;

export interface HostOptions {
  readonly server: Server;
  readonly clock: Clock;
  readonly maxWaitSeconds: number | undefined;
}

/** The host as tools see it; asks by elicitation where the client has declared it. */
export function hostOf({ server, clock, maxWaitSeconds }: HostOptions): Host {
  const times = () => timesOf(server.getClientVersion()?.name);
  const canAsk = () => server.getClientCapabilities()?.elicitation !== undefined;
  const capOf = () => maxWaitSeconds ?? times().capSeconds;
  const ask = (message: string, properties: Fields, signal: AbortSignal) => {
    const left = capOf() * 1_000 - ASK_MARGIN_MS;
    const timeoutMs = Math.min(ASK_TIMEOUT_MS, Math.max(LEAST_ASK_MS, left));
    return askPerson({ server, clock, signal, message, properties, timeoutMs });
  };
  return {
    get maxWaitSeconds() {
      return capOf();
    },
    get defaultWaitSeconds() {
      return maxWaitSeconds === undefined ? times().defaultSeconds : undefined;
    },
    get canAsk() {
      return canAsk();
    },
    async confirm(question, signal) {
      if (!canAsk()) return 'cannot ask';
      const answer = await ask(question, {}, signal);
      if (typeof answer === 'string') return answer;
      if (answer.action === 'accept') return 'yes';
      if (answer.afterMs < FASTEST_PERSON_MS) return "host's own";
      return answer.action === 'decline' ? 'declined' : 'dismissed';
    },
    async choose(question, choices, signal) {
      if (!canAsk()) return undefined;
      const answer = await ask(question, { choice: choiceField(choices) }, signal);
      const chosen = typeof answer !== 'string' && answer.action === 'accept' ? answer.content?.choice : undefined;
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

interface Question {
  readonly server: Server;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly message: string;
  readonly properties: Fields;
  readonly timeoutMs: number;
}

type Answer = ElicitResult & { readonly afterMs: number };

/** The answer, or why there is none. Only a question that nobody has answered is withdrawn. */
async function askPerson(question: Question): Promise<Answer | 'cannot ask' | 'silence' | 'unclear'> {
  const { server, clock, signal, message, properties, timeoutMs } = question;
  const withdrawal = new AbortController();
  const isAnswered = new AbortController();
  const cancel = () => withdrawal.abort(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  const timer = sleep(clock, timeoutMs, isAnswered.signal).then(
    () => withdrawal.abort(),
    () => undefined,
  );
  const askedAt = clock.now();
  try {
    signal.throwIfAborted();
    const answer = await server.elicitInput(
      { mode: 'form', message, requestedSchema: { type: 'object', properties, required: Object.keys(properties) } },
      { signal: withdrawal.signal, timeout: timeoutMs * 2 },
    );
    const isEarlier = answer._meta?.[ANSWERED_EARLIER] !== undefined;
    return { ...answer, afterMs: isEarlier ? Number.POSITIVE_INFINITY : clock.now() - askedAt };
  } catch (error) {
    signal.throwIfAborted();
    if (withdrawal.signal.aborted) return 'silence';
    // A host that declares elicitation and then refuses it is one that cannot ask; an answer that cannot be read is no yes.
    return error instanceof McpError ? 'cannot ask' : 'unclear';
  } finally {
    signal.removeEventListener('abort', cancel);
    isAnswered.abort();
    await timer;
  }
}
