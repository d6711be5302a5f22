/** The shapes that answers share: exact, field by field; nothing that Coder sends leaves but through them. */

import { z } from 'zod';
import { phases, turns } from '../tasks/knowing/phase.js';
import { outcomes } from '../tasks/knowing/reports.js';
import { linkKinds } from '../tasks/links.js';
import { lastMessageGaps } from '../tasks/summary.js';

const nextCall = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  why: z.string(),
});

/** The deployment's time, filled in for every answer that has the field: a model has no clock (behaviour §3). */
export const now = z.string().optional();
export const notes = z.array(z.string()).optional();
export const next = z.array(nextCall).optional();

/** What all answers say first of a task. */
export const taskState = z.object({
  task: z.string(),
  phase: z.enum(phases),
  turn: z.enum(turns),
  outcome: z.enum(outcomes).optional(),
  since: z.string().optional(),
  stalled: z.boolean().optional(),
  interrupted: z.boolean().optional(),
});

/** Text of others about a task: who reads the key knows that none of it is ours. */
const untrustedWords = z.object({
  title: z.string().optional(),
  report: z.string().optional(),
  report_address: z.string().optional(),
  last_message: z.string().optional(),
  links: z.array(z.object({ url: z.string(), kind: z.enum(linkKinds).optional() })).optional(),
});

/** The same, of one of many: 80 characters each. */
export const untrustedLine = z.object({
  title: z.string().optional(),
  report: z.string().optional(),
  link: z.string().optional(),
  snippets: z.array(z.object({ id: z.int(), text: z.string() })).optional(),
});

/** Of tasks in `waiting`: how many reported how their turn ended. */
export const outcomeCounts = z.partialRecord(z.enum(outcomes), z.int());

/** The small summary without what belongs to the whole answer, for tools about several tasks. */
export const summarizedTask = taskState.extend({
  asks: z.literal('guess').optional(),
  selection_open: z.boolean().optional(),
  inferred: z.boolean().optional(),
  last_message_missing: z.enum(lastMessageGaps).optional(),
  cause: z.string().optional(),
  untrusted: untrustedWords.optional(),
});

/** The small summary (behaviour §3.4), as the answer of a tool about one task. */
export const briefTask = summarizedTask.extend({ now, notes, next });

/** The large summary: create and get. */
export const fullTask = briefTask.extend({
  id: z.string(),
  status: z.string(),
  state: z.object({ state: z.string(), at: z.string().optional() }).optional(),
  template: z.string().optional(),
  created_at: z.string().optional(),
  url: z.string(),
});

export type TaskState = z.output<typeof taskState>;
export type SummarizedTask = z.output<typeof summarizedTask>;

/** One entry of a conversation: agent text, so it stands under `untrusted`. */
export const logEntry = z.object({
  id: z.number(),
  role: z.enum(['agent', 'user']),
  time: z.string(),
  text: z.string(),
  missing_chars: z.number().optional(),
});
