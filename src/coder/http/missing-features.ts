/** What a deployment lacks whose answer is "Route not found.", and what is there in place of tasks. */

import { agentsProbes, type Endpoint } from '../endpoints.js';
import { type CoderAgents, CoderError, isCoderError } from '../errors/errors.js';

/** Reads an endpoint that is asked only for whether it is there. */
type Probe = (endpoint: (typeof agentsProbes)[number], signal: AbortSignal | undefined) => Promise<unknown>;

export class MissingFeatures {
  readonly #probe: Probe;
  #agents: CoderAgents | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  /** The error for a call that met a route which Coder does not have; any other error as it is. */
  async explain(
    endpoint: Endpoint,
    error: unknown,
    buildVersion: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const isMissing = isCoderError(error, 'route_not_found') && error.status === 404;
    if (!isMissing || !endpoint.path.startsWith('/api/v2/tasks')) return error;
    if (/\/(?:pause|resume)$/.test(endpoint.path)) {
      return new CoderError('pause_unavailable', error.message, { ...error, cause: error });
    }
    const agents = await this.#lookForAgents(signal);
    const details = { ...error, buildVersion, agents, cause: error };
    return new CoderError('tasks_unavailable', 'this deployment has no tasks', details);
  }

  /** Whether Coder Agents are there; remembered once known (coder-api §1). */
  async #lookForAgents(signal: AbortSignal | undefined): Promise<CoderAgents> {
    if (this.#agents !== undefined) return this.#agents;
    for (const endpoint of agentsProbes) {
      const answer = await this.#ask(endpoint, signal);
      if (answer === 'unknown') return answer;
      // Where the first address says that they are not there, the second may have them.
      if (answer === 'absent') continue;
      this.#agents = answer;
      return answer;
    }
    this.#agents = 'absent';
    return 'absent';
  }

  async #ask(endpoint: (typeof agentsProbes)[number], signal: AbortSignal | undefined): Promise<CoderAgents> {
    try {
      await this.#probe(endpoint, signal);
      return 'there';
    } catch (error) {
      signal?.throwIfAborted();
      if (isCoderError(error, 'route_not_found')) return 'absent';
      return error instanceof CoderError && error.status === 403 ? 'experiment' : 'unknown';
    }
  }
}
