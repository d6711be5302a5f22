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
  /** A connecting agent counts as unhealthy, scripts carry their outcome, statuses are newest first. */
  readonly newAgentView: boolean;
  readonly oldAgentLogs: boolean;
  readonly deletedHint: 'include_deleted' | 'deleted';
  readonly buildLogsAsText: boolean;
  /** Fields of templates, organizations, users and build information that came after 2.29. */
  readonly newFields: boolean;
  readonly agentApiVersion: string;
  readonly provisionerApiVersion: string;
  readonly readyLifecycles: readonly string[];
}

const V2_35: Features = {
  version: 'v2.35.0-devel+a12b05183',
  tasks: 'both',
  chats: { experimental: 'open' },
  taskNames: true,
  patchInput: true,
  pauseResume: true,
  startMessages: true,
  pendingStatus: true,
  snapshots: true,
  busyStatus: 409,
  failedState: 'failed',
  finalStates: true,
  unknownUserIs400: false,
  createForOthersIs403: true,
  membershipNamesPeople: true,
  sharing: 'yes',
  rateLimitPer: 'user',
  newAgentView: true,
  oldAgentLogs: false,
  deletedHint: 'include_deleted',
  buildLogsAsText: true,
  newFields: true,
  agentApiVersion: '2.10',
  provisionerApiVersion: '1.18',
  readyLifecycles: ['ready', 'start_timeout', 'start_error'],
};

const V2_31: Features = {
  ...V2_35,
  version: 'v2.31.9+2f5d21d',
  chats: {},
  busyStatus: 502,
  membershipNamesPeople: false,
  failedState: 'failure',
  sharing: 'not-for-tasks',
  rateLimitPer: 'address',
  newAgentView: false,
  oldAgentLogs: true,
  deletedHint: 'deleted',
};

const V2_29: Features = {
  ...V2_31,
  version: 'v2.29.10+0aaeb1e',
  pauseResume: false,
  pendingStatus: false,
  snapshots: false,
  finalStates: false,
  unknownUserIs400: true,
  createForOthersIs403: false,
  sharing: 'experiment',
  buildLogsAsText: false,
  newFields: false,
  agentApiVersion: '2.6',
  provisionerApiVersion: '1.12',
};

// Only 2.29, 2.31 and 2.35 were recorded; the rows between them follow the matrix, those outside the announcements.
export const PROFILES = {
  '2.28': {
    ...V2_29,
    version: 'v2.28.6+3d8b1f2',
    tasks: 'experimental',
    taskNames: false,
    patchInput: false,
    startMessages: false,
    readyLifecycles: ['ready'],
  },
  '2.29': V2_29,
  '2.30': { ...V2_29, version: 'v2.30.3+9b4c6de' },
  '2.31.1': V2_31,
  '2.32': { ...V2_35, version: 'v2.32.1+6e0f4a7', chats: {} },
  '2.34': { ...V2_35, version: 'v2.34.5+1c9d2b8', chats: { experimental: 'gated' } },
  '2.35': V2_35,
  '2.36-off': { ...V2_35, version: 'v2.36.2+e57a0c4', tasks: 'none' },
  '2.36': { ...V2_35, version: 'v2.36.2+e57a0c4' },
  '2.37': { ...V2_35, version: 'v2.37.0+48fd13a', tasks: 'none', chats: { v2: 'open', experimental: 'open' } },
  '2.38': { ...V2_35, version: 'v2.38.0+7be1d20', tasks: 'none', chats: { v2: 'gated' } },
} as const satisfies Record<string, Features>;

export type Profile = keyof typeof PROFILES;
