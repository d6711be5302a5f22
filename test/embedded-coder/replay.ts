/** Replays a recording against an embedded deployment: same requests, same order, the same moments of its clock. */

import type { IncomingMessage } from 'node:http';
import { type EmbeddedCoder, type Pace, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { type Connection, connect, type Question } from './ask.js';
import { type Answer, compareAnswers, type Difference } from './compare.js';
import { isInScope } from './differences.js';
import { Pairing } from './pairing.js';
import { neighboursOf, paceOf, profileOf, setUpWorld } from './recorded-worlds.js';
import { type Exchange, type JsonObject, objectsIn, parseJson, readRecording, type Version } from './recording.js';
import { newTokenName, tokenFor } from './tokens.js';

// The embedded deployment may be this much later than the recorded one; it is never allowed to be ahead.
const PATIENCE_MS = 5_000;
const PATIENCE_STEP_MS = 50;
// What happened outside the recording may take as long as a start build with everything in it.
const UNRECORDED_PATIENCE_MS = 40_000;
const UNRECORDED_STEP_MS = 200;
// Room before the first exchange for what a recording starts from.
const PROLOGUE_MS = 60_000;

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Something that happened between two recorded exchanges. */
export interface Step {
  /** The situation of the exchange before which it happens (the first of that name). */
  readonly before: string;
  /** Where only one version was recorded in this way. */
  readonly version?: Version;
  /** How long before that exchange, in milliseconds. */
  readonly leadMs: number;
  readonly run: (replay: Replay) => Promise<void>;
}

export interface Finding extends Difference {
  readonly situation: string;
}

export class Replay implements AsyncDisposable {
  readonly version: Version;
  readonly coder: EmbeddedCoder;
  readonly clock: ManualClock;
  /** Read by the deployment at each step, so that a step of ours can change it. */
  readonly pace: Mutable<Partial<Pace>>;
  /** What is being replayed. */
  exchanges: readonly Exchange[] = [];
  readonly findings: Finding[] = [];
  pairing = new Pairing();
  readonly #connection: Connection;
  /** The keys of tokens made on the way, which the recording hides, by the names it has for them. */
  readonly keys: Record<string, string> = {};

  private constructor(version: Version, coder: EmbeddedCoder, clock: ManualClock, pace: Partial<Pace>) {
    this.version = version;
    this.coder = coder;
    this.clock = clock;
    this.pace = pace;
    this.#connection = connect(coder.url);
  }

  static async start(version: Version, recordingName: string, pace: Partial<Pace>): Promise<Replay> {
    const first = readRecording(version, recordingName).exchanges[0];
    const clock = new ManualClock(Date.parse(first?.at ?? '') - PROLOGUE_MS);
    const livePace = { ...pace, ...paceOf(version, recordingName) };
    const coder = await startEmbeddedCoder({
      profile: profileOf[version],
      clock,
      pace: livePace,
      seed: 1,
    });
    clock.addIdleCheck(() => coder.busy === 0);
    setUpWorld(version, recordingName, coder.world);
    const replay = new Replay(version, coder, clock, livePace);
    await replay.learnTheWorld(recordingName);
    return replay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    await this.coder.close();
  }

  /** Runs a whole recording; what differs is in `findings`. */
  async run(recordingName: string, steps: readonly Step[]): Promise<void> {
    this.exchanges = readRecording(this.version, recordingName).exchanges;
    const waiting = steps.filter(({ version }) => version === undefined || version === this.version);
    for (const exchange of this.exchanges.filter(({ situation }) => isInScope(recordingName, situation))) {
      for (const step of waiting.filter(({ before }) => before === exchange.situation)) {
        await this.moveTo(Date.parse(exchange.at) - step.leadMs);
        await step.run(this);
        waiting.splice(waiting.indexOf(step), 1);
      }
      await this.moveTo(Date.parse(exchange.at));
      await this.replay(exchange);
    }
    for (const { before } of waiting) throw new Error(`no exchange "${before}" in this recording`);
  }

  async moveTo(time: number): Promise<void> {
    if (time > this.clock.now()) await this.clock.advance(time - this.clock.now());
  }

  /** Opens a stream as `user`. */
  open(user: string, path: string): Promise<IncomingMessage> {
    const headers = { 'Coder-Session-Token': this.coder.tokens[user] ?? '' };
    return this.clock.runUntil(this.#connection.open({ method: 'GET', path, headers, body: null }));
  }

  /** Asks as `user`, outside the recording, until it is granted. */
  async insist(user: string, method: string, path: string, body?: object): Promise<JsonObject> {
    const question = {
      method,
      path,
      headers: { 'Coder-Session-Token': this.coder.tokens[user] ?? '' },
      body: body === undefined ? null : JSON.stringify(body),
    };
    for (let waited = 0; ; waited += UNRECORDED_STEP_MS) {
      const answer = await this.ask(question);
      if (answer.status < 300) return [...objectsIn(parseJson(answer.body))][0] ?? {};
      if (waited >= UNRECORDED_PATIENCE_MS) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
      await this.clock.advance(UNRECORDED_STEP_MS);
    }
  }

  /** Asks as `user` while the recording goes on; what is answered shows in what follows. */
  begin(user: string, method: string, path: string, body: object): void {
    const headers = { 'Coder-Session-Token': this.coder.tokens[user] ?? '' };
    this.#connection.ask({ method, path, headers, body: JSON.stringify(body) }).catch(() => {});
  }

  /** The exchange of a situation; throws when the recording has none. */
  exchange(situation: string): Exchange {
    const found = this.exchanges.find((exchange) => exchange.situation === situation);
    if (found === undefined) throw new Error(`no exchange "${situation}" in this recording`);
    return found;
  }

  ask(question: Question): Promise<Answer> {
    return this.clock.runUntil(this.#connection.ask(question), { maxMs: 120_000 });
  }

  private async replay(exchange: Exchange): Promise<void> {
    const recorded = recordedAnswer(exchange, this.version);
    let best: { readonly differences: readonly Difference[]; readonly pairing: Pairing } | undefined;
    for (let waited = 0; waited <= PATIENCE_MS; waited += PATIENCE_STEP_MS) {
      if (waited > 0) await this.clock.advance(PATIENCE_STEP_MS);
      const answer = await this.answerTo(exchange);
      const attempt = this.pairing.fork();
      const differences = compareAnswers(recorded, answer, attempt);
      if (differences.length === 0) {
        this.pairing = attempt;
        return;
      }
      // The attempt that comes closest tells best what is wrong.
      if (best === undefined || differences.length < best.differences.length) best = { differences, pairing: attempt };
      const hasEffect = exchange.request.method !== 'GET' && answer.status < 400;
      if (hasEffect || !isAboutTime(differences)) break;
    }
    if (best === undefined) return;
    this.pairing = best.pairing;
    this.findings.push(...best.differences.map((difference) => ({ situation: exchange.situation, ...difference })));
  }

  private async answerTo(exchange: Exchange): Promise<Answer> {
    const { method, path, headers, body } = exchange.request;
    const token = tokenFor(exchange, { ...this.coder.tokens, ...this.keys });
    const question: Question = {
      method,
      path: this.pairing.translate(path).replace(/<token:(\w+)>/, (_, name: string) => this.coder.tokens[name] ?? ''),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value.replace(/<token[^>]*>/, token)]),
      ),
      body: body === null || body === '' ? null : this.pairing.translate(body),
    };
    if (exchange.response.status === 0) return this.leaveOpen(question, exchange.elapsed_ms);
    const answer = await this.ask(question);
    for (const { key } of objectsIn(parseJson(answer.body))) {
      if (typeof key === 'string') this.keys[newTokenName(exchange)] = key;
    }
    return answer;
  }

  /** What the recorder did with streams: it read for a while and hung up. Status 0 when it could. */
  private async leaveOpen(question: Question, ms: number): Promise<Answer> {
    const incoming = await this.clock.runUntil(this.#connection.open(question));
    let isOpen = true;
    incoming.resume().once('close', () => {
      isOpen = false;
    });
    await this.clock.advance(ms);
    const status = isOpen ? 0 : (incoming.statusCode ?? -1);
    incoming.destroy();
    return { status, headers: {}, body: '' };
  }

  /** Pairs the template that a task or a workspace names. */
  private learnTemplate(found: JsonObject): void {
    const { template_name: name, template_id: id, template_version_id: version, initial_prompt: prompt } = found;
    if (typeof name !== 'string' || typeof id !== 'string' || name === '') return;
    const template = this.coder.world.templates.find((each) => each.name === name);
    if (template === undefined) return;
    this.pairing.learn(id, template.id);
    if (typeof version === 'string' && prompt !== undefined) this.pairing.learn(version, template.activeVersionId);
  }

  /** Pairs people, templates, versions and presets before the first recorded request names one. */
  private async learnTheWorld(recordingName: string): Promise<void> {
    const neighbours = neighboursOf(this.version, recordingName);
    const catalogue = neighbours.includes('templates') ? readRecording(this.version, 'templates').exchanges : [];
    for (const exchange of catalogue) {
      if (exchange.request.method !== 'GET' || exchange.response.status !== 200) continue;
      const answer = await this.answerTo(exchange);
      compareAnswers(recordedAnswer(exchange, this.version), answer, this.pairing);
    }
    const people = new Map<string, string>();
    for (const name of neighbours) {
      for (const { response } of readRecording(this.version, name).exchanges) {
        for (const found of objectsIn(parseJson(response.body ?? ''))) {
          const { owner_id: id, owner_name: person } = found;
          if (typeof id === 'string' && typeof person === 'string') people.set(person, id);
          this.learnTemplate(found);
        }
      }
    }
    for (const [person, recordedId] of people) {
      const { id } = await this.insist('admin', 'GET', `/api/v2/users/${person}`);
      if (typeof id === 'string') this.pairing.learn(recordedId, id);
    }
  }
}

/**
 * When a provisioner took the job while a create was still being answered, the answer says `initializing` instead of
 * `pending` (coder-api §3.2.2). Which of the two was recorded is chance; ours is always `pending`.
 */
function withoutCreateRace(status: number, body: string): string {
  if (status !== 201) return body;
  return body.replace(/"status":"initializing","current_state":\{[^}]*\}/, '"status":"pending","current_state":null');
}

function recordedAnswer({ response }: Exchange, version: Version): Answer {
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const text = response.status === 0 ? '' : (response.body ?? '');
  const body =
    profileOf[version] !== '2.29' && profileOf[version] !== '2.30' ? withoutCreateRace(response.status, text) : text;
  return { status: response.status, headers: Object.fromEntries(headers), body };
}

/** Whether waiting could mend it: what a template or a user is does not change by itself. */
function isAboutTime(differences: readonly Difference[]): boolean {
  return differences.some(({ path }) =>
    /status|state|lifecycle|health|job|build|length|logs|message|detail/.test(path),
  );
}
