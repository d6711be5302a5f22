/** Screens of real agents, out of the recordings. */

import { taskLogsSchema } from '../../../src/coder/wire/schemas.js';
import { readRecording } from '../../embedded-coder/recording.js';

/** The last output of the conversation that was read in a situation; of several readings the first. */
export function recordedScreen(name: 'cli-agent' | 'cli-dialogs' | 'frozen-send', situation: string): string {
  const found = readRecording('v2.35-dev', name).exchanges.find(
    (exchange) => exchange.situation === situation && exchange.request.path.endsWith('/logs'),
  );
  const { logs } = taskLogsSchema.parse(JSON.parse(found?.response.body ?? ''));
  return logs.findLast(({ type }) => type === 'output')?.content ?? '';
}

/** Rows as AgentAPI gives them: filled up with blanks to 67 columns. */
export function screenOf(...rows: readonly string[]): string {
  return rows.map((row) => row.padEnd(67)).join('\n');
}
