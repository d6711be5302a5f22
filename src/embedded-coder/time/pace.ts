/** How long everything takes in an embedded deployment, in milliseconds. */

export interface Pace {
  /** A build waits for a provisioner. */
  readonly queue: number;
  readonly startBuild: number;
  readonly stopBuild: number;
  readonly deleteBuild: number;
  /** From the end of the start build until the workspace agent has connected. */
  readonly agentConnect: number;
  /** The start-up script, up to the start of AgentAPI. */
  readonly startScripts: number;
  /** From AgentAPI's start until it shows the agent's first screen; the workspace agent is ready then. */
  readonly appStart: number;
  /** From the first screen until the app is reported healthy. */
  readonly appHealth: number;
  /** Between two health checks of an app that does not answer. */
  readonly healthInterval: number;
  /** From the first screen until AgentAPI types the task's prompt. */
  readonly prompt: number;
  /** AgentAPI types a message and waits for the echo; a send is answered after this. */
  readonly typing: number;
  /** How long AgentAPI waits for the echo of a typed message where none appears. */
  readonly echo: number;
  /** How long it then waits for the agent to begin, pressing Enter again after each `enterAgain`. */
  readonly processing: number;
  readonly enterAgain: number;
  /** The agent's work on one message, where the message does not say `slow=N`. */
  readonly work: number;
  /** Between two repaints of the agent's screen while it works. */
  readonly repaint: number;
  /** A screen must not change for this long before AgentAPI calls the agent idle. */
  readonly settle: number;
  /** After a build is canceled, until Terraform has ended. */
  readonly cancel: number;
  /** After a workspace's deadline, until the server looks at it again and stops it. */
  readonly autoStop: number;
  /** Between the check of a new task's name and the insert: two creates of one name in this window collide. */
  readonly insert: number;
  /** How long the server tries to reach a lost workspace agent. */
  readonly unreachable: number;
  /** The start-up script is given up after this. */
  readonly scriptTimeout: number;
}

/** Short enough for a demonstration, in the proportions of a real deployment. */
const DEFAULT_PACE: Pace = {
  queue: 100,
  startBuild: 600,
  stopBuild: 400,
  deleteBuild: 400,
  agentConnect: 100,
  startScripts: 250,
  appStart: 30,
  appHealth: 200,
  healthInterval: 250,
  prompt: 300,
  typing: 120,
  echo: 2_000,
  processing: 15_000,
  enterAgain: 3_000,
  work: 1_500,
  repaint: 250,
  settle: 400,
  cancel: 500,
  autoStop: 60_000,
  insert: 0,
  unreachable: 30_000,
  scriptTimeout: 15_000,
};

/** What the recorded deployments took (lifecycle.json); the contract tests run at this pace. */
export const RECORDED_PACE: Pace = {
  queue: 40,
  startBuild: 4_000,
  stopBuild: 2_000,
  deleteBuild: 2_500,
  agentConnect: 100,
  startScripts: 1_100,
  appStart: 30,
  appHealth: 1_900,
  healthInterval: 1_000,
  prompt: 1_980,
  typing: 1_100,
  echo: 2_000,
  processing: 15_000,
  enterAgain: 3_000,
  work: 4_000,
  repaint: 500,
  settle: 2_000,
  cancel: 500,
  autoStop: 60_000,
  insert: 0,
  unreachable: 30_000,
  scriptTimeout: 15_000,
};

/** One duration, looked up when its step begins: a test may change the pace on the way. */
export function duration(pace: Partial<Pace>, step: keyof Pace): number {
  return pace[step] ?? DEFAULT_PACE[step];
}
