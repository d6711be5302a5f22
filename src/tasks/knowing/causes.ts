/** Why a task is where nobody wanted it, as far as the watcher itself can tell; in our own words. */

export const causeWords = {
  stopped_by_coder: 'Coder stopped its workspace by itself: its time was up, or it was not used for long',
  cut_off_by_coder:
    'Coder stopped its workspace by itself while the agent was at work: the work was cut off, and the same schedule will stop it again after a resume',
  no_agent:
    'its workspace was built without a workspace agent: the template makes none, and waiting does not change that',
  agent_late: 'its workspace agent has not connected in the time that its template gives it',
  app_down: 'the agent program does not answer: connections to it are refused, whatever its last report says',
  prompt_missing: 'its initial prompt does not stand in the conversation: the agent was not told it',
} as const;

export type Cause = keyof typeof causeWords;
