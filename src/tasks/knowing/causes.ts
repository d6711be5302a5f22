/** Why a task is where nobody wanted it, as far as the watcher itself can tell; in our own words. */

export const causeWords = {
  stopped_by_coder: 'Coder stopped its workspace by itself: its time was up, or it was not used for long',
  cut_off_by_coder:
    'Coder stopped its workspace by itself while the agent was at work: the work was cut off, and the same schedule will stop it again after a resume',
} as const;

export type Cause = keyof typeof causeWords;
