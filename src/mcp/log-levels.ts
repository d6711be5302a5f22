/** The log's levels in the protocol's words. */

import { type LoggingLevel, LoggingLevelSchema } from '@modelcontextprotocol/sdk/types.js';
import type { LogLevel } from '../log.js';

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

/** The log's level from which on there is what passes this one. */
export function logLevelOf(threshold: LoggingLevel): LogLevel {
  const levels = ['debug', 'info', 'warn'] as const;
  return levels.find((level) => passesLevel(mcpLevelOf(level), threshold)) ?? 'error';
}

/** Whether a message is at least as severe as the client wants. */
export function passesLevel(level: LoggingLevel, threshold: LoggingLevel): boolean {
  const severity = LoggingLevelSchema.options;
  return severity.indexOf(level) >= severity.indexOf(threshold);
}
