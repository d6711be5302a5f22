/** GET /workspaces/{id}/watch: the workspace as server-sent events, one for each change (coder-api §7.1). */

import type { ServerResponse } from 'node:http';
import { toGoJson } from '../http/answer.js';
import type { Faults } from '../http/faults.js';
import { Timers } from '../time/timers.js';
import { workspaceView } from '../views/workspace.js';
import type { Workspace } from '../world/model.js';
import type { World } from '../world/world.js';

const PING_INTERVAL_MS = 15_000;

export const STREAM_HEADERS = {
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  'Content-Type': 'text/event-stream',
  Vary: 'Cookie',
  'X-Accel-Buffering': 'no',
} as const;

/** Writes a ping, the state, and then every change until the client goes; a deleted workspace ends nothing. */
export function watch(world: World, faults: Faults, workspace: Workspace, response: ServerResponse): void {
  const timers = new Timers(world.clock);
  const write = (text: string) => {
    if (!faults.streams.buffered) response.write(text);
  };
  const ping = () => {
    if (!faults.streams.silent) write('event: ping\n\n');
    timers.after(PING_INTERVAL_MS, ping);
  };
  const tell = () => write(`event: data\ndata: ${toGoJson(workspaceView(world, workspace))}\n`);
  const forgetChange = world.onChange(workspace, tell);
  const forgetFaults = faults.onStream((garbage) => {
    if (garbage === undefined) response.destroy();
    else response.write(garbage);
  });
  response.once('close', () => {
    timers.clear();
    forgetChange();
    forgetFaults();
  });
  response.flushHeaders();
  ping();
  tell();
}
