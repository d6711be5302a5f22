/** What each version of Coder can do with tasks (coder-api §1.1): one table for the code and the README. */

/**
 * Whether the Tasks API is there: not yet; only as an experiment that this program does not speak; yes; yes where an
 * administrator has switched it on; not any more.
 */
export type TasksSupport = 'no' | 'experimental' | 'yes' | 'switchable' | 'removed';

export interface ServerFeatures {
  readonly tasks: TasksSupport;
  /** `POST …/pause` and `…/resume`; without them, builds of the workspace do the same. */
  readonly pauseAndResume: boolean;
  /** The conversation of a paused task is kept; without it, logs can be read only while a task is active. */
  readonly snapshots: boolean;
  /** Requests are counted per user; before, per address, so that everybody behind one address shares the limit. */
  readonly rateLimitPerUser: boolean;
  /** Tokens with fewer scopes than everything can be used. */
  readonly scopedTokens: boolean;
}

const CURRENT: ServerFeatures = {
  tasks: 'yes',
  pauseAndResume: true,
  snapshots: true,
  rateLimitPerUser: true,
  scopedTokens: true,
};

const V2_31: ServerFeatures = { ...CURRENT, rateLimitPerUser: false };

const V2_29: ServerFeatures = {
  ...V2_31,
  pauseAndResume: false,
  snapshots: false,
  scopedTokens: false,
};

export interface VersionRow {
  /** From this version on (major, minor, patch), up to the next row. */
  readonly from: readonly [number, number, number];
  /** For people: `2.31.1 and later 2.31`. */
  readonly versions: string;
  readonly features: ServerFeatures;
  /** What a person should know about these versions. */
  readonly remark: string;
}

/** Oldest first. The last row also stands for versions that are not known yet. */
export const versionTable: readonly VersionRow[] = [
  { from: [0, 0, 0], versions: 'before 2.28', features: { ...V2_29, tasks: 'no' }, remark: 'no Tasks API' },
  {
    from: [2, 28, 0],
    versions: '2.28',
    features: { ...V2_29, tasks: 'experimental' },
    remark: 'Tasks are an experiment here, with another API; upgrade Coder',
  },
  { from: [2, 29, 0], versions: '2.29 (ESR)', features: V2_29, remark: 'pause and resume by workspace builds' },
  {
    from: [2, 30, 0],
    versions: '2.30, 2.31.0',
    features: V2_29,
    remark: 'pause and resume by workspace builds',
  },
  { from: [2, 31, 1], versions: '2.31.1 and later 2.31', features: V2_31, remark: 'everything' },
  { from: [2, 32, 0], versions: '2.32, 2.33, 2.34 (ESR), 2.35', features: CURRENT, remark: 'everything' },
  {
    from: [2, 36, 0],
    versions: '2.36, 2.37',
    features: { ...CURRENT, tasks: 'switchable' },
    remark: 'Tasks are off unless the deployment runs with CODER_ENABLE_AI_TASKS=true',
  },
  {
    from: [2, 38, 0],
    versions: '2.38 and later',
    features: { ...CURRENT, tasks: 'removed' },
    remark: 'Tasks were removed; Coder Agents took their place',
  },
];

/** Major, minor and patch of `v2.34.5+0a1b2c3` or `v2.35.0-devel+a12b051`; undefined for what is no version. */
export function parseVersion(version: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?=$|[-+.])/.exec(version.trim()) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return [Number(major), Number(minor), Number(patch ?? 0)];
}

function isAtLeast(version: VersionRow['from'], from: VersionRow['from']): boolean {
  for (const [index, part] of from.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

/**
 * The row for a version as `X-Coder-Build-Version` or buildinfo give it, or undefined when it cannot be read (builds
 * without a version number, such as `v0.0.0-devel+…`, say nothing either).
 */
export function versionRow(version: string | undefined): VersionRow | undefined {
  const parsed = parseVersion(version ?? '');
  if (parsed === undefined || parsed.every((part) => part === 0)) return undefined;
  return versionTable.findLast((row) => isAtLeast(parsed, row.from));
}

/**
 * What a server of this version can do; for a version that cannot be read, what current ones can. What the server
 * answers has the last word: a development build may be older or newer than its number.
 */
export function featuresOf(version: string | undefined): ServerFeatures {
  return versionRow(version)?.features ?? CURRENT;
}
