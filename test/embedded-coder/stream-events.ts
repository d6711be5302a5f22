/** The events of a workspace's stream: collected from a connection, and read as the changes they tell of. */

import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject, objectsIn, parseJson } from './recording.js';

export interface StreamEvent {
  readonly at: number;
  /** Without the blank line that ends it. */
  readonly raw: string;
}

export interface Change {
  readonly moment: string;
  readonly workspace: JsonObject;
}

/** Collects what comes, with the time it came at; `isOpen` turns false when the stream ends. */
export function collect(stream: IncomingMessage, now: () => number) {
  const events: StreamEvent[] = [];
  const collected = { events, isOpen: true };
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    events.push(...parts.map((raw) => ({ at: now(), raw })));
  });
  stream.once('close', () => {
    collected.isOpen = false;
  });
  return collected;
}

export function isPing({ raw }: StreamEvent): boolean {
  return raw.trimEnd() === 'event: ping';
}

/** The changes in order; an event that repeats the state before it is left out. */
export function changesIn(events: readonly StreamEvent[]): readonly Change[] {
  const changes: Change[] = [];
  for (const { raw } of events) {
    const workspace = parseJson(/^data: (.*)$/m.exec(raw)?.[1] ?? '');
    if (!isObject(workspace)) continue;
    const moment = momentOf(workspace);
    if (moment !== changes.at(-1)?.moment) changes.push({ moment, workspace });
  }
  return changes;
}

/** What a change of a workspace is about, in one line. */
function momentOf(workspace: JsonObject): string {
  const objects = [...objectsIn(workspace)];
  const build = objects.find((it) => it.transition !== undefined && it.job !== undefined);
  const agent = objects.find((it) => it.lifecycle_state !== undefined);
  const app = objects.find((it) => it.slug !== undefined);
  const report = isObject(workspace.latest_app_status) ? workspace.latest_app_status : {};
  const words = [build?.build_number, build?.status, agent?.status, agent?.lifecycle_state, app?.health];
  return [...words, report.state, report.message].map((word) => word ?? '-').join(' ');
}
