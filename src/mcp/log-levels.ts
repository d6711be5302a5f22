/** The log's levels in the protocol's words. */

import { type LoggingLevel, LoggingLevelSchema } from '@modelcontextprotocol/sdk/types.js';

const byPinoLevel: Readonly<Record<string, LoggingLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  fatal: 'critical',
};

/** The protocol's word for a level of the log. */
export function mcpLevelOf(level: unknown): LoggingLevel {
  return (typeof level === 'string' ? byPinoLevel[level] : undefined) ?? 'info';
}

/** Whether a message is at least as severe as the client wants. */
export function passesLevel(level: LoggingLevel, threshold: LoggingLevel): boolean {
  const severity = LoggingLevelSchema.options;
  return severity.indexOf(level) >= severity.indexOf(threshold);
}
