/** What each version of Coder's Tasks API does differently (coder-api §1.1); one row is one server. */

export interface Features {
  readonly version: string;
  /** Where the tasks are: nowhere, below /api/experimental only, or below both prefixes. */
  readonly tasks: 'none' | 'experimental' | 'both';
  /** Below which prefixes Coder Agents answer: `gated` where an experiment that is off stands before them. */
  readonly chats: { readonly v2?: 'open' | 'gated'; readonly experimental?: 'open' | 'gated' };
  readonly taskNames: boolean;
  readonly patchInput: boolean;
  readonly pauseResume: boolean;
  /** `current_state` says where a start stands while the task is initializing. */
  readonly startMessages: boolean;
  /** A queued start is `pending`; before, it was `initializing`. */
  readonly pendingStatus: boolean;
  /** Logs of a task that does not run come from a snapshot, and send says which state is in the way. */
  readonly snapshots: boolean;
  /** The upload of a snapshot is accepted, even where nothing reads it yet (workspace.json of 2.30). */
  readonly acceptsSnapshots: boolean;
  readonly busyStatus: 409 | 502;
  readonly failedState: 'failed' | 'failure';
  /** The agent's own `complete` and `failed` arrive; before, they became `working`. */
  readonly finalStates: boolean;
  readonly unknownUserIs400: boolean;
  /** Creating for another member is told apart from "not found". */
  readonly createForOthersIs403: boolean;
  /** The membership that comes with the workspace scopes stands in for `user:read` in `/tasks/{user}`. */
  readonly membershipNamesPeople: boolean;
  readonly sharing: 'experiment' | 'not-for-tasks' | 'yes';
  readonly rateLimitPer: 'user' | 'address';
  /** A connecting agent counts as unhealthy. */
  readonly connectingIsUnhealthy: boolean;
  /** Scripts carry their outcome. */
  readonly scriptOutcomes: boolean;
  /** Reports are listed newest first; before, in no order. */
  readonly statusesNewestFirst: boolean;
  /** Why a build says that the server itself stopped a task. */
  readonly autoStopReason: 'autostop' | 'task_auto_pause';
  readonly oldAgentLogs: boolean;
  readonly deletedHint: 'include_deleted' | 'deleted';
  readonly logsAsText: boolean;
  /** A build has stages for the start of Terraform and for its graph. */
  readonly newBuildStages: boolean;
  /** What a template says of its cache. */
  readonly templateCache: 'terraform-workspace' | 'module' | undefined;
  /** A template says whether it is deleted, and an update leaves as it is what it does not name. */
  readonly templateSaysDeleted: boolean;
  readonly userHasAiSeat: boolean;
  readonly memberRoles: boolean;
  readonly webPushKey: boolean;
  readonly scopes: { readonly readUser: boolean; readonly newest: boolean };
  readonly agentApiVersion: string;
  readonly provisionerApiVersion: string;
  readonly readyLifecycles: readonly string[];
}

/**
 * What a version does; `minor` is 35 for 2.35, and 31.1 for the second patch of 2.31, which brought much. 2.29, 2.30,
 * 2.31, 2.33 and 2.35 were recorded, the versions between them follow the matrix of coder-api §1.1, or else the nearest
 * recorded version before them; what comes after follows the announcements.
 */
function featuresOf(minor: number, version: string): Features {
  const since = (first: number) => minor >= first;
  return {
    version,
    tasks: since(38) ? 'none' : since(29) ? 'both' : 'experimental',
    taskNames: since(29),
    patchInput: since(29),
    pauseResume: since(31.1),
    startMessages: since(29),
    pendingStatus: since(31.1),
    snapshots: since(31.1),
    acceptsSnapshots: since(30),
    busyStatus: since(32) ? 409 : 502,
    failedState: since(32) ? 'failed' : 'failure',
    finalStates: since(31.1),
    unknownUserIs400: !since(31.1),
    createForOthersIs403: since(30),
    membershipNamesPeople: since(32),
    sharing: since(32) ? 'yes' : since(31.1) ? 'not-for-tasks' : 'experiment',
    rateLimitPer: since(32) ? 'user' : 'address',
    connectingIsUnhealthy: since(32),
    scriptOutcomes: since(34),
    statusesNewestFirst: since(30),
    autoStopReason: since(31.1) ? 'task_auto_pause' : 'autostop',
    chats: chatsOf(minor),
    oldAgentLogs: !since(34),
    deletedHint: since(34) ? 'include_deleted' : 'deleted',
    logsAsText: since(31.1),
    newBuildStages: since(30),
    templateCache: since(31) ? 'module' : since(30) ? undefined : 'terraform-workspace',
    templateSaysDeleted: since(31),
    userHasAiSeat: since(32),
    memberRoles: since(34),
    webPushKey: since(34),
    scopes: { readUser: since(31), newest: since(34) },
    agentApiVersion: since(34) ? '2.10' : since(31) ? '2.8' : since(30) ? '2.7' : '2.6',
    provisionerApiVersion: `1.${Math.min(12 + 2 * Math.max(0, Math.ceil((minor - 29) / 2)), 18)}`,
    readyLifecycles: since(29) ? ['ready', 'start_timeout', 'start_error'] : ['ready'],
  };
}

/** chats-probe.json; from 2.37 on as announced (coder-api §1). */
function chatsOf(minor: number): Features['chats'] {
  if (minor < 33) return {};
  if (minor < 37) return { experimental: minor < 35 ? 'gated' : 'open' };
  return minor < 38 ? { v2: 'open', experimental: 'open' } : { v2: 'gated' };
}

const row = (minor: number, version: string, change: Partial<Features> = {}): Features => ({
  ...featuresOf(minor, version),
  ...change,
});

const TASKS_OFF = { tasks: 'none' } as const;

export const PROFILES = {
  '2.28': row(28, 'v2.28.6+3d8b1f2'),
  '2.29': row(29, 'v2.29.10+0aaeb1e'),
  '2.30': row(30, 'v2.30.7+77e8bc4'),
  '2.31.1': row(31.1, 'v2.31.9+2f5d21d'),
  '2.32': row(32, 'v2.32.1+6e0f4a7'),
  '2.33': row(33, 'v2.33.0-rc.1+c5d720f'),
  '2.34': row(34, 'v2.34.5+1c9d2b8'),
  '2.35': row(35, 'v2.35.0-devel+a12b05183'),
  '2.36-off': row(36, 'v2.36.2+e57a0c4', TASKS_OFF),
  '2.36': row(36, 'v2.36.2+e57a0c4'),
  /** Tasks switched off, as they are by default. */
  '2.37': row(37, 'v2.37.0+48fd13a', TASKS_OFF),
  '2.37-on': row(37, 'v2.37.0+48fd13a'),
  /** Tasks removed. */
  '2.38': row(38, 'v2.38.0+9c0e6b1'),
} as const satisfies Record<string, Features>;

export type Profile = keyof typeof PROFILES;
