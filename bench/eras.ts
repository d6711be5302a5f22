/** What a request costs in each era of the protocol: a modern one has a server of its own. */

import { type Figure, inTurns, median, type Subject, timed } from './figures.js';
import { DISCOVER, INITIALIZE, type Program, SERVER, startProgram } from './program.js';

const ROUNDS = 300;

export const eras: Subject = {
  name: 'eras',
  about: 'one request under 2026-07-28, against the same under 2025-11-25',
  async measure(): Promise<readonly Figure[]> {
    await using program = startProgram(SERVER, {}, ['--demo']);
    await program.request('initialize', INITIALIZE);
    const rows = [
      ['prompts/get', { name: 'delegate_task', arguments: { work: 'x', template: 'tasks-demo' } }],
      ['tools/call coder_list_tasks', { name: 'coder_list_tasks', arguments: {} }],
      ['tools/list', {}],
    ] as const;
    const figures: Figure[] = [];
    for (const [what, params] of rows) {
      const [method = ''] = what.split(' ');
      const [modern = [], legacy = []] = await inTurns({ rounds: ROUNDS, warmUp: 30 }, [
        () => askMs(program, method, { ...params, ...DISCOVER }),
        () => askMs(program, method, params),
      ]);
      figures.push({ what, unit: 'ms', measured: median(modern), baseline: median(legacy) });
    }
    return figures;
  },
};

function askMs(program: Program, method: string, params: object): Promise<number> {
  return timed(() => program.request(method, params));
}
