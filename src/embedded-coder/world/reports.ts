/** A report of the agent on its way into the deployment: cleaned, and translated to what the version knows. */

import type { AppStatus, Workspace } from './model.js';
import type { Features } from './profiles.js';

const LONGEST_MESSAGE_BYTES = 160;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Adds the report to the workspace's app statuses, as the server stores it. */
export function addReport(workspace: Workspace, features: Features, report: AppStatus): void {
  workspace.statuses.push({
    ...report,
    state: storedState(features, report.state),
    message: cleanMessage(report.message),
  });
}

function storedState(features: Features, state: string): string {
  if (state !== 'complete' && state !== 'failed' && state !== 'failure') return state;
  if (!features.finalStates) return 'working';
  // The workspace says `failure` in every version; only a task's `current_state` calls it `failed` from 2.32 on.
  return state === 'complete' ? state : 'failure';
}

/** One line without tags, at most 160 bytes, then HTML-escaped: `it's` is stored as `it&#39;s` (coder-api §6.2). */
function cleanMessage(message: string): string {
  const line = message
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
  let kept = '';
  for (const character of line) {
    if (Buffer.byteLength(kept + character) > LONGEST_MESSAGE_BYTES) break;
    kept += character;
  }
  return kept.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
