/** Where the embedded deployment does not answer as the recorded servers did, with the reason for each. */

import type { Version } from './recording.js';
import type { Finding } from './replay.js';

/** Recordings that are not replayed at all. */
export const outOfScope: Readonly<Record<string, string>> = {
  forced: 'states that no API call leads to: the recorder edited the database',
};

export interface KnownDifference {
  readonly recording: string;
  /** Default: both. */
  readonly version?: Version;
  readonly situations: readonly string[];
  /** The beginning of the paths that differ; default: everything about the exchange may. */
  readonly path?: string;
  readonly reason: string;
}

/** An entry that no longer differs anywhere fails the test. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    recording: 'send-errors',
    version: 'v2.29.10',
    situations: ['workspace agent killed: task', 'workspace agent lost: task', 'workspace agent lost: workspace'],
    path: 'body',
    reason:
      'here the program outlived its killed workspace agent and went on reporting; in the other recording it did not',
  },
  {
    recording: 'watch-sse',
    version: 'v2.29.10',
    situations: ['1 running connected created initializing - -'],
    path: 'body.latest_build.resources[0].agents[0]',
    reason: 'the agent tells its version just before or just after this event; in the three other starts it was after',
  },
];

function covers(known: KnownDifference, finding: Finding): boolean {
  return known.situations.includes(finding.situation) && finding.path.startsWith(known.path ?? '');
}

/** What is wrong with the findings of one recording, in words: differences nobody knew of, and entries without one. */
export function judge(version: Version, recording: string, findings: readonly Finding[]): string {
  const known = knownDifferences.filter(
    (entry) => entry.recording === recording && (entry.version ?? version) === version,
  );
  const surprises = findings.filter((finding) => !known.some((entry) => covers(entry, finding)));
  const outlived = known.filter((entry) => !findings.some((finding) => covers(entry, finding)));
  return [
    ...surprises.map((it) => `"${it.situation}" ${it.path}\n    recorded ${it.recorded}\n    ours     ${it.ours}`),
    ...outlived.map(({ situations, reason }) => `"${situations.join('", "')}" no longer differs (${reason})`),
  ].join('\n');
}
