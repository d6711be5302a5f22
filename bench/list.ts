/** What a list of very many tasks costs. */

import { startCoderProcess } from './coder-process.js';
import { inTurns, median, type Subject, timed } from './figures.js';
import { peakRssOf } from './process-figures.js';
import { scriptPath, startInitialized, startProgram } from './program.js';

const READER = scriptPath(new URL('./bare-reader.mjs', import.meta.url));
const TASKS = 10_000;
const PROMPT = 'Fix the flaky test in billing. '.repeat(33).slice(0, 1_000);
const ROUNDS = 7;

export const list: Subject = {
  name: 'list',
  about: '10 000 tasks with prompts of 1 kB, against GET and JSON.parse in a bare Node program',
  async measure() {
    await using coder = await startCoderProcess();
    await coder.add({ count: TASKS, prompt: PROMPT, isWorking: false });
    const bytes = await coder.freezeList();
    await using program = await startInitialized(undefined, coder.env);
    await using reader = startProgram(READER);
    const first = await peaksAfterOneList(coder, coder.address('/tasks?q=owner:me'));
    const [ours = [], plain = []] = await inTurns({ rounds: ROUNDS }, [
      () => timed(() => program.call('coder_list_tasks', {})),
      () => timed(() => reader.request('read', { url: coder.address('/tasks?q=owner:me'), headers: coder.headers })),
    ]);
    return [
      { what: "size of Coder's answer", unit: 'MB', measured: bytes / 2 ** 20 },
      {
        what: 'coder_list_tasks, median',
        unit: 'ms',
        measured: median(ours),
        baseline: median(plain),
        budget: { ratio: 2 },
      },
      { what: 'RSS, peak of one list', unit: 'MB', ...first, budget: { most: 300 } },
      // What V8 has not collected yet of the lists before stands in here too.
      {
        what: `RSS, peak of ${ROUNDS + 1} lists in a row`,
        unit: 'MB',
        measured: peakRssOf(program.pid),
        baseline: peakRssOf(reader.pid),
        budget: { most: 300 },
      },
    ];
  },
};

/** The peaks of two fresh processes, ours and the bare one, that have read the list once. */
async function peaksAfterOneList(coder: Awaited<ReturnType<typeof startCoderProcess>>, url: string) {
  await using program = await startInitialized(undefined, coder.env);
  await using reader = startProgram(READER);
  await program.call('coder_list_tasks', {});
  await reader.request('read', { url, headers: coder.headers });
  return { measured: peakRssOf(program.pid), baseline: peakRssOf(reader.pid) };
}
