/** The one owner of the pipe to the host. It reads each message, decides its era, and answers what needs nothing loaded. */

import type { Readable, Writable } from 'node:stream';
import { type Answers, invalid, unknownMethod } from './answers.js';
import { errorCodes } from './codes.js';
import { envelopeMissing, hasEnvelope, logLevels } from './envelope.js';
import {
  type FaultFrame,
  type Frame,
  type Frames,
  framesIn,
  isRequestId,
  type NotificationFrame,
  type RequestFrame,
} from './frames.js';
import type { OpenServer } from './inner.js';
import { LegacySession } from './legacy.js';
import { LineReader } from './lines.js';
import { ModernRequests } from './modern.js';
import { HostOutput } from './output.js';
import { BatchReplies, give, type Reply, replyTo } from './reply.js';

// Requests that wait for the host to read on. Beyond this the host's own pipe is left full.
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

// The one revision that has batches.
const BATCH_REVISION = '2025-03-26';

/** The methods of the earlier revisions that a server answers. */
const legacyMethods = [
  'tools/call',
  'prompts/get',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
];

export interface RouterOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly answers: Answers;
  /** Loads the rest of the program at its first call; never rejects but when that fails, and then ends the process itself. */
  readonly open: OpenServer;
  /** Takes secrets out of a line to the host. */
  scrub(line: string): string;
  /** Takes one sentence for the log about a message that is none. */
  warn(words: string): void;
}

interface WaitingFrames {
  readonly frames: Frames;
  readonly bytes: number;
}

export class Router {
  readonly #options: RouterOptions;
  readonly #output: HostOutput;
  readonly #lines = new LineReader();
  readonly #legacy: LegacySession;
  readonly #modern: ModernRequests;
  #waiting: WaitingFrames[] = [];
  #waitingBytes = 0;
  /** Which eras the host has spoken so far. */
  #hasLegacy = false;
  #hasModern = false;
  #revision: string | undefined;

  constructor(options: RouterOptions) {
    const { answers, open } = options;
    this.#options = options;
    this.#output = new HostOutput({ stream: options.output, scrub: options.scrub, onDrained: () => this.#goOn() });
    this.#legacy = new LegacySession(open, this.#output);
    this.#modern = new ModernRequests({ answers, open, output: this.#output });
  }

  /** Begins to read. */
  start(): void {
    const { input } = this.#options;
    input.on('data', this.#onData);
    for (const event of ['end', 'close', 'error'] as const) input.once(event, this.#onEnd);
  }

  /** Ends all that is under way; those who listen are told so if the host still reads. */
  close(): void {
    this.#options.input.off('data', this.#onData);
    this.#modern.close();
    this.#legacy.close();
    this.#output.end();
  }

  readonly #onEnd = (): void => {
    this.#output.end();
  };

  readonly #onData = (chunk: Buffer): void => {
    for (const line of this.#lines.read(chunk)) {
      const frames = framesIn(line);
      if (frames) this.#take({ frames, bytes: line.bytes });
    }
  };

  /** Handles the frames of one line at once, or keeps them until the host has read what it was sent. */
  #take(line: WaitingFrames): void {
    const { frames } = line;
    const isUrgent = !frames.batch && (frames.frame.kind === 'notification' || frames.frame.kind === 'response');
    if (isUrgent || (this.#waiting.length === 0 && !this.#output.isCongested)) {
      this.#handle(frames);
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.bytes;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#options.input.pause();
  }

  #goOn(): void {
    let done = 0;
    for (const { frames, bytes } of this.#waiting) {
      if (this.#output.isCongested) break;
      this.#handle(frames);
      this.#waitingBytes -= bytes;
      done += 1;
    }
    this.#waiting.splice(0, done);
    if (this.#waitingBytes <= MAX_WAITING_BYTES && this.#options.input.isPaused()) this.#options.input.resume();
  }

  #handle(frames: Frames): void {
    if (!frames.batch) this.#handleFrame(frames.frame, (id) => replyTo(this.#output, id));
    else this.#handleBatch(frames.frames);
  }

  #handleBatch(frames: readonly Frame[]): void {
    const refuse = (message: string) => this.#refuse({ kind: 'fault', id: null, error: refusal(message) });
    if (this.#revision !== BATCH_REVISION) refuse(`only revision ${BATCH_REVISION} has batches`);
    else if (frames.length === 0) refuse('the batch is empty');
    else {
      const replies = new BatchReplies(this.#output);
      for (const frame of frames) {
        const isHello = frame.kind === 'request' && frame.method === 'initialize';
        if (isHello) replies.replyTo(frame.id).error(refusal('initialize cannot be part of a batch'));
        else this.#handleFrame(frame, (id) => replies.replyTo(id));
      }
      replies.complete();
    }
  }

  #handleFrame(frame: Frame, replyOf: (id: RequestFrame['id'] | null) => Reply): void {
    switch (frame.kind) {
      case 'request':
        this.#request(frame, replyOf(frame.id));
        break;
      case 'notification':
        this.#notification(frame);
        break;
      case 'response':
        if (!this.#legacy.respond(frame)) this.#options.warn('the host answered a question that nobody asked');
        break;
      case 'fault':
        this.#refuse(frame, replyOf);
    }
  }

  #refuse({ id, error }: FaultFrame, replyOf = (to: RequestFrame['id'] | null) => replyTo(this.#output, to)): void {
    this.#options.warn(`the host sent what is no message: ${error.message}`);
    if (id !== undefined) replyOf(id).error(error);
  }

  #request(frame: RequestFrame, reply: Reply): void {
    const { method, params } = frame;
    const isModern = hasEnvelope(params);
    if (method === 'initialize') {
      if (isModern) give(reply, unknownMethod(method));
      else this.#initialize(frame, reply);
    } else if (isModern) {
      this.#hasModern = true;
      this.#modern.request(frame, reply);
    } else if (method === 'server/discover' || method === 'subscriptions/listen') {
      give(reply, envelopeMissing());
    } else if (this.#hasModern && !this.#hasLegacy) {
      give(reply, envelopeMissing());
    } else {
      this.#hasLegacy = true;
      this.#legacyRequest(frame, reply);
    }
  }

  #initialize({ params }: RequestFrame, reply: Reply): void {
    const { answer, client, revision } = this.#options.answers.initialize(params);
    this.#hasLegacy = true;
    this.#revision = revision ?? this.#revision;
    if (client) this.#legacy.introduce(client);
    give(reply, answer);
  }

  #legacyRequest(frame: RequestFrame, reply: Reply): void {
    const { method, params } = frame;
    const known = this.#options.answers.list(method, params);
    if (known) give(reply, known);
    else if (method === 'ping') reply.result({});
    else if (method === 'logging/setLevel') {
      const isKnown = logLevels.some((level) => level === params.level);
      if (isKnown) this.#legacy.setLogLevel(params.level);
      give(reply, isKnown ? { result: {} } : invalid(`params.level must be one of ${logLevels.join(', ')}`));
    } else if (legacyMethods.includes(method)) this.#legacy.request(frame, reply);
    else give(reply, unknownMethod(method));
  }

  #notification({ method, params }: NotificationFrame): void {
    const { requestId } = params;
    if (method !== 'notifications/cancelled' || !isRequestId(requestId)) return;
    this.#waiting = this.#waiting.filter(({ frames, bytes }) => {
      const isMeant = !frames.batch && frames.frame.kind === 'request' && frames.frame.id === requestId;
      if (isMeant) this.#waitingBytes -= bytes;
      return !isMeant;
    });
    if (!this.#modern.cancel(requestId)) this.#legacy.cancel(requestId);
  }
}

function refusal(message: string) {
  return { code: errorCodes.invalidRequest, message: `Invalid Request: ${message}` };
}
