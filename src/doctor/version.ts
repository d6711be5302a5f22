/** Which version of Coder answers, and what tasks can do there. */

import { known } from '../coder/reading.js';
import { type ServerFeatures, versionRow, versionTable } from '../coder/server-features.js';
import { visibleLine } from '../text/untrusted.js';
import { type Check, fail, ok, warn } from './check.js';

export const checkVersion: Check = ({ buildInfo, tasks }) => {
  const info = known(buildInfo);
  if (!info) return undefined;
  const version = visibleLine(info.version);
  const row = versionRow(info.version);
  if (!row) return ok(`Coder ${version}, a build without a version number; treated as a current one`);
  const seen = `Coder ${version}: ${row.remark}`;
  // What the server answers has the last word over its number.
  const answers = known(tasks) !== undefined;
  switch (row.features.tasks) {
    case 'no':
    case 'experimental':
      return answers ? ok(seen) : fail(seen, 'upgrade Coder to a version from 2.29 to 2.37');
    case 'removed':
      return answers
        ? ok(`Coder ${version}, newer than what is known here; its tasks answer`)
        : fail(seen, `use a deployment of version ${supported()}; the check of tasks says what is there instead`);
    case 'switchable':
      return answers ? ok(`Coder ${version}, with Tasks switched on`) : warn(seen, 'see the check of tasks');
    case 'yes':
      return ok(`Coder ${version}, ${abilities(row.features)}`);
  }
};

/** What a person will miss there. */
function abilities({ pauseAndResume, snapshots, scopedTokens }: ServerFeatures): string {
  const lacks = [
    !snapshots && 'the conversation of a paused task cannot be read',
    !pauseAndResume && 'pause and resume are builds of the workspace',
    !scopedTokens && 'only tokens without scopes work',
  ].filter(Boolean);
  return lacks.length === 0 ? 'which has everything that tasks can do' : `where ${lacks.join(', ')}`;
}

function supported(): string {
  const [oldest, ...rest] = versionTable.filter(
    ({ features }) => features.tasks === 'yes' || features.tasks === 'switchable',
  );
  const newest = rest.at(-1);
  return [oldest, newest].map((row) => row?.from.slice(0, 2).join('.')).join(' to ');
}
