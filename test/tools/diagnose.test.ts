/** coder_diagnose over the embedded deployment: for each cause a task in that state, and what comes out. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fault } from '../../src/embedded-coder/index.js';
import { verdicts } from '../../src/tasks/diagnosing/verdicts.js';
import { type Scene, SUBJECT, startScene } from '../support/diagnosed.js';
import { textOf } from '../support/test-server.js';
import { cases, MINUTE_MS, START_MS } from './diagnose-cases.js';

const answerShape = z.looseObject({
  task: z.string(),
  phase: z.string(),
  verdict: z.enum(verdicts),
  meaning: z.string(),
  cause: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  next: z.array(z.looseObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  notes: z.array(z.string()).optional(),
  untrusted: z.record(z.string(), z.string()).optional(),
});

async function diagnosed({ server }: Scene) {
  const result = await server.call('coder_diagnose', { task: SUBJECT });
  expect(result.isError, textOf(result)).toBeFalsy();
  return { ...answerShape.parse(result.structuredContent), text: textOf(result) };
}

describe('coder_diagnose without a task', () => {
  test('says in one line whether tasks work here, then what each check saw', async () => {
    await using scene = await startScene();
    const { url } = scene.server.deployment;
    const lines = (await scene.server.text('coder_diagnose')).split('\n');
    expect(lines[0]).toBe(`ok: tasks available on ${url}, Coder v2.35.0-devel+a12b05183, as alice`);
    expect(lines.slice(1, 9).every((line) => /^ok [a-z ]+: /.test(line))).toBe(true);
    expect(lines.at(-1)).toBe('next: coder_list_tasks() your tasks');
  });

  test('answers where nothing else does: the trouble is the answer, not an error', async () => {
    await using scene = await startScene();
    scene.server.deployment.faults.always('anything', fault.proxyPage(502));
    const result = await scene.server.call('coder_diagnose');
    expect(result.isError).toBeFalsy();
    expect(result.structuredContent).toMatchObject({ deployment: { result: 'fail' }, next: [] });
    expect(textOf(result)).toMatch(
      /^fail address: .* \(status 502\)\. Something in front of Coder .* answered in its place.*; mend: /m,
    );
  });
});

test('both forms of a diagnosis carry the same facts', async () => {
  await using scene = await startScene();
  await scene.create('hello', 'broken-build');
  await scene.clock.advance(5 * MINUTE_MS);
  const { text, cause, meaning, verdict, phase, untrusted } = await diagnosed(scene);
  for (const fact of [cause, meaning, verdict, phase]) expect(text).toContain(fact);
  for (const line of (untrusted?.build_log ?? '').split('\n')) expect(text).toContain(`| ${line}`);
  expect(text).toMatch(/^build: start 1 failed, reason initiator, made \d min ago/m);
});

test('a diagnosis costs few tokens, logs aside', async () => {
  await using scene = await startScene();
  await scene.create();
  await scene.clock.advance(START_MS);
  const { text } = await diagnosed(scene);
  expect(encode(text).length).toBeLessThan(250);
});

describe('coder_diagnose with a task', () => {
  for (const { title, verdict, cause, evidence, untrusted, next, arrange, templates } of cases) {
    test(title, async () => {
      await using scene = await startScene(templates && { templates });
      await arrange(scene);
      const answer = await diagnosed(scene);
      expect(answer).toMatchObject({ task: `alice/${SUBJECT}`, verdict, ...(evidence && { evidence }) });
      expect(answer.cause).toMatch(cause);
      expect(answer.next[0]?.tool).toBe(next);
      expect(answer.text).toContain(`${verdict}: alice/${SUBJECT}`);
      expect(answer.text).toContain(`cause: ${answer.cause}`);
      for (const [key, words] of Object.entries(untrusted ?? {})) {
        expect(answer.untrusted?.[key]).toMatch(words);
        expect(answer.text).toMatch(words.source.startsWith('^') ? new RegExp(words.source.slice(1), 'm') : /\| /);
      }
    });
  }
});
