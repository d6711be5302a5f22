/** The embedded deployment: a small HTTP server in this process that answers as a Coder deployment's Tasks API does. */

export type { Clock } from './clock.js';
