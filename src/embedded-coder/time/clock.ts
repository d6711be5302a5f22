/** The time an embedded deployment lives by: the machine's own, or one that a test moves by hand. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The machine's clock; its timers never keep the process alive. */
export function systemClock(): Clock {
  const timers = new Map<unknown, NodeJS.Timeout>();
  let nextHandle = 1;
  return {
    now: () => Date.now(),
    setTimeout(callback, ms) {
      const handle = nextHandle++;
      const fire = () => {
        timers.delete(handle);
        callback();
      };
      timers.set(handle, setTimeout(fire, ms).unref());
      return handle;
    },
    clearTimeout(handle) {
      clearTimeout(timers.get(handle));
      timers.delete(handle);
    },
  };
}
