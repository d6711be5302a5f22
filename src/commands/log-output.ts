/** The log's way to stderr: bounded, never in anybody's way, and given up once a line cannot be written. */

import type { Writable } from 'node:stream';
import type { LogOutput } from '../log.js';

// Past this much output that nobody has read, lines are dropped.
const MAX_UNREAD_BYTES = 1 << 20;

/**
 * Writes lines to `stream` (stderr) for as long as that works. A full disk, a closed pipe or any other error ends the
 * log in silence: to tell it, there would be only the log.
 */
export function boundedOutput(stream: Writable): LogOutput {
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true;
  });
  return {
    write(line) {
      if (isBroken || stream.writableLength + line.length > MAX_UNREAD_BYTES) return;
      try {
        stream.write(line);
      } catch {
        // A stream to a file writes at once, and may throw what others emit.
        isBroken = true;
      }
    },
  };
}
