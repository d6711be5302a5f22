/** An embedded deployment in a process of its own, so that what it does is not counted as ours; told what to do over IPC. */

import { z } from 'zod';
import { type EmbeddedCoder, fault, startEmbeddedCoder } from '../src/embedded-coder/index.js';

const command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add'), owner: z.string(), count: z.number(), prompt: z.string(), isWorking: z.boolean() }),
  z.object({ do: z.literal('report'), task: z.string(), state: z.string(), message: z.string() }),
  z.object({ do: z.literal('freezeList') }),
  z.object({ do: z.literal('delay'), answerMs: z.number(), conversationMs: z.number() }),
  z.object({ do: z.literal('load') }),
]);

export type Command = z.output<typeof command>;

const envelope = z.object({ id: z.number(), command });

const coder = await startEmbeddedCoder();

process.on('message', (received: unknown) => {
  const { id, command: wanted } = envelope.parse(received);
  void perform(coder, wanted).then((result) => process.send?.({ id, result }));
});
// The benchmark has ended, in whatever way.
process.on('disconnect', () => process.exit());
process.send?.({ id: 0, result: { url: coder.url, tokens: coder.tokens } });

async function perform({ world, requests, watches }: EmbeddedCoder, wanted: Command): Promise<unknown> {
  switch (wanted.do) {
    case 'add': {
      const { owner, prompt, count, isWorking } = wanted;
      const names = Array.from({ length: count }, (_, index) => `bench-${String(index).padStart(5, '0')}`);
      for (const name of names) {
        world.addTask({ owner, name, prompt });
        if (isWorking) world.report(name, 'working', 'Running the tests of the billing module');
      }
      return names;
    }
    case 'report':
      world.report(wanted.task, wanted.state, wanted.message);
      return undefined;
    case 'delay':
      coder.faults.always(/./, fault.latency(wanted.answerMs));
      coder.faults.always('getTaskLogs', fault.latency(wanted.conversationMs));
      return undefined;
    case 'freezeList':
      return freezeList();
    case 'load':
      return { requests: requests.length, watches };
  }
}

/** From now on the list is the same bytes each time: making them anew would take longer than reading them. */
async function freezeList(): Promise<number> {
  const headers = { 'Coder-Session-Token': coder.tokens.admin ?? '' };
  const answer = await fetch(`${coder.url}/api/v2/tasks`, { headers });
  const text = await answer.text();
  const contentType = answer.headers.get('content-type') ?? '';
  coder.faults.always('listTasks', { kind: 'answer', answer: { status: 200, text, contentType } });
  return Buffer.byteLength(text);
}
