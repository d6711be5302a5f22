/** Conversations with real agents, out of the recordings. */

import { type LogEntry, taskLogsSchema } from '../../../src/coder/wire/schemas.js';
import { readRecording, type Version } from '../../embedded-coder/recording.js';

/** Every conversation that was read in situations of this name, in the order of reading. */
export function recordedLogs(version: Version, name: string, situation: string): LogEntry[][] {
  return readRecording(version, name)
    .exchanges.filter((exchange) => exchange.situation.startsWith(situation) && exchange.response.status === 200)
    .filter(({ request }) => request.path.includes('/logs'))
    .map(({ response }) => taskLogsSchema.parse(JSON.parse(response.body ?? '')).logs);
}

/** A conversation of alternating turns, one a minute: an output first, as agents greet. */
export function conversation(contents: readonly string[], startedAt = Date.UTC(2026, 10, 24, 4)): LogEntry[] {
  return contents.map((content, id) => ({
    id,
    content,
    type: id % 2 === 0 ? 'output' : 'input',
    time: new Date(startedAt + id * 60_000).toISOString(),
  }));
}
